package dev.onnxfunction.forest;

/** A forest cannot be rewritten. The message is the reason, such as "has 2 targets". */
public final class ForestException extends Exception {

    private static final long serialVersionUID = 1;

    private final String reason;

    public ForestException(String reason) {
        super(reason);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
