package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;

import org.jspecify.annotations.Nullable;

import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * Labelled rows, as the text of their cells.
 *
 * @param file where they are from, for messages
 * @param columns their names, all different
 * @param cells of each row, one for each column; at least one row
 */
public record Evaluation(String file, List<String> columns, List<String[]> cells) {

    /**
     * Reads a CSV file with a header.
     *
     * @throws IOException with a sentence on what is wrong with it
     */
    public static Evaluation read(Path file) throws IOException {
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
            throw undecodable(file, lines.size(), e);
        }
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
                        "%s, row %d: it has %d cells, but the header has %d."
                                        .formatted(file, i + 1, rows.get(i).length, columns.size())
                                + " Give each row one cell for each column.");
            }
        }
        return new Evaluation(file.toString(), columns, rows);
    }

    /**
     * The failure to split a file into cells.
     *
     * @param read lines before, the header included
     */
    private static EvaluationException undecodable(Path file, int read, IOException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof CharConversionException) {
            // It is decoded some lines ahead, so the row is unknown. The message counts bytes.
            return new EvaluationException(
                    "%s is not in UTF-8: %s. Convert it.".formatted(file, cause.getMessage()));
        }
        String problem = cause instanceof JacksonException json ? json.getOriginalMessage() : "";
        return new EvaluationException(
                "%s, %s: it is no CSV: %s. Correct its quotes."
                        .formatted(
                                file,
                                read == 0 ? "header" : "row " + read,
                                problem.lines().findFirst().orElse(cause.toString())));
    }

    /**
     * Checks what needs no model.
     *
     * @param leastRows how many rows there have to be
     * @param target the column that is predicted; null if it is not yet known
     * @param groups columns that make groups
     * @throws EvaluationException if there are too few rows, or a column is missing or not a number
     */
    public void check(int leastRows, @Nullable String target, List<String> groups)
            throws EvaluationException {
        if (cells.size() < leastRows) {
            throw new EvaluationException(
                    "%s has %d rows, but at least %d are needed."
                                    .formatted(file, cells.size(), leastRows)
                            + " Give more rows, or lower --min-rows.");
        }
        if (target != null) {
            truth(target);
        }
        for (String group : groups) {
            position(group, "Name columns of the file with --groups.");
        }
    }

    /** Number of rows. */
    public int size() {
        return cells.size();
    }

    /**
     * The cells of a column.
     *
     * @throws EvaluationException if there is no such column
     */
    public List<String> column(String name) throws EvaluationException {
        int column = position(name, "");
        return new AbstractList<>() {
            @Override
            public String get(int row) {
                return cells.get(row)[column];
            }

            @Override
            public int size() {
                return cells.size();
            }
        };
    }

    private int position(String name, String remedy) throws EvaluationException {
        int position = columns.indexOf(name);
        if (position < 0) {
            throw new EvaluationException(
                    "%s has no column '%s', but %s. %s"
                            .formatted(file, name, String.join(", ", columns), remedy)
                            .strip());
        }
        return position;
    }

    /** The failure to find the target column. */
    public EvaluationException noTarget() {
        return new EvaluationException(
                "The model has no card that names its target, which must be a column of "
                        + file
                        + ". Name it with --target.");
    }

    /** The failure to leave enough rows that the live model was not trained on. */
    public EvaluationException tooFew(UnseenRows unseen, int leastRows) {
        return new EvaluationException(
                "Of the %d rows of %s, the live model was trained on %d. %d different ones are left, but at least %d are needed."
                                .formatted(
                                        cells.size(),
                                        file,
                                        unseen.seenByLive(),
                                        unseen.different(),
                                        leastRows)
                        + " Evaluate on rows that were held out of the training, or lower"
                        + " --min-rows.");
    }

    /**
     * The true values.
     *
     * @throws EvaluationException if there is no such column, or a cell of it is no number
     */
    public double[] truth(String target) throws EvaluationException {
        int column = position(target, "Add the true values, or name their column with --target.");
        double[] values = new double[cells.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Numbers.parse(RowDigest.strip(cells.get(i)[column]));
            if (!Double.isFinite(values[i])) {
                throw wrong(i, column, "is no number", "Leave rows without a true value out.");
            }
        }
        return values;
    }

    /**
     * The rows as a model takes them: with its features only, and with their types. They are made
     * when they are read.
     *
     * @throws EvaluationException if a column is missing or a cell is not of its feature's type
     */
    public List<JsonNode> rows(List<Feature> features) throws EvaluationException {
        int[] positions = new int[features.size()];
        for (int i = 0; i < positions.length; i++) {
            Feature feature = features.get(i);
            positions[i] =
                    feature.mayBeMissing() && !columns.contains(feature.name())
                            ? -1
                            : position(feature.name(), "The model needs it.");
        }
        for (int row = 0; row < cells.size(); row++) {
            for (int i = 0; i < positions.length; i++) {
                if (positions[i] >= 0) {
                    check(row, positions[i], features.get(i));
                }
            }
        }
        return new AbstractList<>() {
            @Override
            public JsonNode get(int row) {
                return row(cells.get(row), features, positions);
            }

            @Override
            public int size() {
                return cells.size();
            }
        };
    }

    /**
     * The rows as JSON, as somebody sends them who does not check them: all columns, a cell as its
     * feature takes it, or else as its text; empty cells are left out.
     *
     * @param features that are known
     */
    public List<String> asSent(List<Feature> features) {
        List<String> rows = new ArrayList<>();
        for (String[] each : cells) {
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            for (int i = 0; i < each.length; i++) {
                if (!each[i].isBlank()) {
                    row.set(columns.get(i), sent(each[i], columns.get(i), features));
                }
            }
            rows.add(row.toString());
        }
        return rows;
    }

    private static JsonNode sent(String cell, String column, List<Feature> features) {
        for (Feature feature : features) {
            if (feature.name().equals(column)) {
                try {
                    return feature.value(cell);
                } catch (IllegalArgumentException e) {
                    return JsonNodeFactory.instance.textNode(cell);
                }
            }
        }
        double number = Numbers.parse(RowDigest.strip(cell));
        return Double.isFinite(number)
                ? JsonNodeFactory.instance.numberNode(number)
                : JsonNodeFactory.instance.textNode(cell);
    }

    private void check(int row, int column, Feature feature) throws EvaluationException {
        try {
            feature.value(cells.get(row)[column]);
        } catch (IllegalArgumentException e) {
            throw wrong(
                    row,
                    column,
                    String.valueOf(e.getMessage()),
                    "Correct the cell or leave the row out.");
        }
    }

    private static ObjectNode row(String[] cells, List<Feature> features, int[] positions) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < positions.length; i++) {
            JsonNode value = positions[i] < 0 ? null : features.get(i).value(cells[positions[i]]);
            if (value != null && !value.isMissingNode()) {
                row.set(features.get(i).name(), value);
            }
        }
        return row;
    }

    private EvaluationException wrong(int row, int column, String problem, String remedy) {
        return new EvaluationException(
                "%s, row %d, column '%s': '%s' %s. %s"
                        .formatted(
                                file,
                                row + 1,
                                Printable.of(columns.get(column)),
                                Printable.of(cells.get(row)[column]),
                                problem,
                                remedy));
    }

    /**
     * The digests of all rows over some columns.
     *
     * @param names sorted by their bytes in UTF-8
     * @throws EvaluationException if a column is missing
     */
    RowDigest[] digests(List<String> names) throws EvaluationException {
        int[] positions = new int[names.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] =
                    position(
                            names.get(i),
                            "A model's fingerprint of its training rows covers it, so that nothing"
                                    + " shows which rows it has not seen. Add the column.");
        }
        RowDigest[] digests = new RowDigest[cells.size()];
        for (int row = 0; row < digests.length; row++) {
            String[] line = cells.get(row);
            digests[row] =
                    RowDigest.of(names, Arrays.stream(positions).mapToObj(i -> line[i]).toList());
        }
        return digests;
    }
}
