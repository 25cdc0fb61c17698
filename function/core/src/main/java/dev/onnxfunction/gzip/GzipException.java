package dev.onnxfunction.gzip;

/** Bytes that are not gzip; the message is the end of a sentence about them. */
public final class GzipException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public GzipException(String problem) {
        super(problem);
    }

    /** The message, which is never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
