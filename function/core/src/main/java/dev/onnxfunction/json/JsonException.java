package dev.onnxfunction.json;

/**
 * Text that is not JSON as RFC 8259 defines it, or not the expected JSON.
 *
 * <p>The message ends a sentence that begins with the name of the text: "ends too early (line 1,
 * column 9)".
 */
public final class JsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public JsonException(String message) {
        super(message);
    }

    /** The message, which is never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
