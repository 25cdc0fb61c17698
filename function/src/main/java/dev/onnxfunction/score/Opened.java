package dev.onnxfunction.score;

import dev.onnxfunction.csv.CsvException;
import dev.onnxfunction.csv.CsvRows;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * An opened input.
 *
 * @param input the input without its rows
 * @param rows its first chunk, without a header; null if it has no rows
 */
record Opened(Input input, @Nullable Chunk rows) {

    /**
     * Opens an input and reads everything before the rows.
     *
     * @param first chunk of the input; null if it is empty
     * @throws ScoreException if the options do not fit the input
     */
    static Opened of(@Nullable Chunk first, OnnxModel model, ScoreOptions options) {
        List<String> results = new Results(model).names();
        List<String> keep = options.keep();
        requireFree(keep == null ? List.of() : keep, results);
        if (options.inputFormat() == Format.CSV) {
            return csv(first, model, keep, results);
        }
        if (keep == null && options.output().format() == Format.CSV) {
            throw new ScoreException(
                    "CSV needs columns, but rows in NDJSON may have any members.",
                    "Name the members that become columns: --keep id,name",
                    ExitCode.USAGE);
        }
        return new Opened(new NdjsonInput(model, keep, results), first);
    }

    private static Opened csv(
            @Nullable Chunk first,
            OnnxModel model,
            @Nullable List<String> keep,
            List<String> results) {
        byte[] text = first == null ? new byte[0] : first.text();
        try {
            CsvRows rows = CsvRows.of(text, first == null ? 0 : first.to(), model.columns());
            CsvInput input = new CsvInput(rows.header(), model, keep);
            requireFree(input.kept(), results);
            return new Opened(
                    input, first == null ? null : first.from(rows.position(), rows.nextLine()));
        } catch (CsvException e) {
            throw malformed(e, first);
        }
    }

    private static void requireFree(List<String> kept, List<String> results) {
        for (String name : results) {
            if (kept.contains(name)) {
                throw new ScoreException(
                        "The input has a column \"" + name + "\", as the output has.",
                        "Rename it, or choose what is kept: --keep id");
            }
        }
    }

    /** The error of a chunk that violates its format. */
    static ScoreException malformed(RuntimeException e, @Nullable Chunk chunk) {
        long line = chunk == null ? -1 : chunk.lineNotInUtf8();
        return line < 0
                ? new ScoreException("The input " + e.getMessage() + ".", "Correct the input.")
                : new ScoreException(
                        "The input is not UTF-8 (line " + line + ").",
                        "Convert it, for example with iconv -f LATIN1 -t UTF-8.");
    }
}
