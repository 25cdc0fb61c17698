package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;

import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Reads labelled rows from a CSV file. */
public final class EvaluationFile {

    private EvaluationFile() {}

    /**
     * Reads a CSV file with a header.
     *
     * @throws EvaluationException if it is not one
     * @throws IOException if it cannot be read
     */
    public static Evaluation read(Path file) throws IOException {
        List<String[]> lines = lines(file);
        if (lines.size() < 2) {
            throw new EvaluationException(
                    file + " has no rows. Give a CSV file with a header and rows.");
        }
        List<String> columns = List.of(lines.getFirst());
        if (new HashSet<>(columns).size() < columns.size()) {
            throw new EvaluationException(
                    "%s names a column twice: %s. Give each column a name of its own."
                            .formatted(file, columns));
        }
        List<String[]> rows = lines.subList(1, lines.size());
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).length != columns.size()) {
                throw new EvaluationException(
                        "%s, row %d: it has %d cells, but the header has %d. Give each row one cell for each column."
                                .formatted(file, i + 1, rows.get(i).length, columns.size()));
            }
        }
        return new Evaluation(file.toString(), columns, rows);
    }

    private static List<String[]> lines(Path file) throws IOException {
        List<String[]> lines = new ArrayList<>();
        try (MappingIterator<String[]> iterator =
                new CsvMapper()
                        .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                        .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                        .readerFor(String[].class)
                        .readValues(file.toFile())) {
            while (iterator.hasNextValue()) {
                lines.add(iterator.nextValue());
            }
        } catch (JacksonException | CharConversionException e) {
            throw invalid(file, lines.size(), e);
        }
        return lines;
    }

    /**
     * Why a file cannot be split into cells.
     *
     * @param read number of lines read before, the header included
     */
    private static EvaluationException invalid(Path file, int read, IOException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof CharConversionException) {
            // The file is decoded some lines ahead, so the row is unknown. The message counts
            // bytes.
            return new EvaluationException(
                    "%s is not in UTF-8: %s. Convert it.".formatted(file, cause.getMessage()));
        }
        String problem = cause instanceof JacksonException json ? json.getOriginalMessage() : "";
        return new EvaluationException(
                "%s, %s: it is not CSV: %s. Correct its quotes."
                        .formatted(
                                file,
                                read == 0 ? "header" : "row " + read,
                                problem.lines().findFirst().orElse(cause.toString())));
    }
}
