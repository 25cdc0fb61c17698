package dev.onnxfunction.score;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** Format of a file with rows. */
enum Format {
    CSV,
    NDJSON;

    /** The extension of compressed files. */
    static final String GZIP = ".gz";

    /**
     * Returns the format of a file.
     *
     * @param name such as {@code rows.csv.gz}
     * @param wanted format given on the command line; null if none
     * @param otherwise default for a file name without a known extension; null if the command line
     *     must give it
     */
    static Format of(String name, @Nullable Format wanted, @Nullable Format otherwise) {
        if (wanted != null) {
            return wanted;
        }
        String plain = name.toLowerCase(Locale.ROOT);
        if (plain.endsWith(GZIP)) {
            plain = plain.substring(0, plain.length() - GZIP.length());
        }
        if (plain.endsWith(".csv")) {
            return CSV;
        }
        if (plain.endsWith(".ndjson") || plain.endsWith(".jsonl")) {
            return NDJSON;
        }
        if (plain.endsWith(".parquet")) {
            throw new ScoreException(
                    "Parquet is not read or written: " + name + ".",
                    "Convert it, for example with DuckDB: duckdb -c \"COPY (FROM 'rows.parquet') TO"
                            + " 'rows.csv'\"",
                    ExitCode.USAGE);
        }
        if (otherwise != null) {
            return otherwise;
        }
        throw new ScoreException(
                "The name " + name + " does not imply a format.",
                "Use a name that ends with .csv, .ndjson or .jsonl, with or without .gz; or set"
                        + " --input-format or --output-format.",
                ExitCode.USAGE);
    }
}
