package dev.onnxfunction.json;

/**
 * Text that is not JSON as RFC 8259 defines it, or not the JSON that is wanted.
 *
 * <p>The message is the rest of a sentence that begins with what the text is: "ends too early (line
 * 1, column 9)".
 */
public final class JsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public JsonException(String message) {
        super(message);
    }

    /** The message, which there always is. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
