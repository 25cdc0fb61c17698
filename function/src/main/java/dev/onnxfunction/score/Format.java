package dev.onnxfunction.score;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** How rows are written down. */
enum Format {
    CSV,
    NDJSON;

    /** What comes behind the name of a format where a file is compressed. */
    static final String GZIP = ".gz";

    /**
     * The format of a file.
     *
     * @param name such as {@code rows.csv.gz}
     * @param wanted what the command line says; null if nothing
     * @param otherwise for a file whose name does not say it; null if the command line must
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
                "The name " + name + " does not tell the format.",
                "Use a name that ends with .csv, .ndjson or .jsonl, with or without .gz; or set"
                        + " --input-format or --output-format.",
                ExitCode.USAGE);
    }
}
