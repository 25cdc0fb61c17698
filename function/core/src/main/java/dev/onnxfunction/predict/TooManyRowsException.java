package dev.onnxfunction.predict;

/** A body with more rows than {@code limits.max-rows}. */
public final class TooManyRowsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TooManyRowsException(int maxRows) {
        super("More than " + maxRows + " rows.");
    }
}
