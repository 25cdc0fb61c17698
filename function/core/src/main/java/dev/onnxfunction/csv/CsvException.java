package dev.onnxfunction.csv;

/**
 * Text that is not CSV as RFC 4180 defines it, or whose header cannot be used.
 *
 * <p>The message ends a sentence that begins with the name of the text: "has a quoted cell that
 * does not end (line 7)".
 */
public final class CsvException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CsvException(String message) {
        super(message);
    }

    /** The message, which is never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
