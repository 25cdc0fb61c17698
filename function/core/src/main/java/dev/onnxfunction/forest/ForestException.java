package dev.onnxfunction.forest;

/**
 * A forest cannot be rewritten. The reason is the end of a sentence that begins with the forest,
 * such as "has 2 targets".
 */
public final class ForestException extends Exception {

    private static final long serialVersionUID = 1;

    private final String reason;

    /**
     * @param reason the end of a sentence that begins with the forest
     */
    public ForestException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** The end of a sentence that begins with the forest. */
    public String reason() {
        return reason;
    }
}
