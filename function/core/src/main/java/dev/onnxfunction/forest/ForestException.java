package dev.onnxfunction.forest;

/** Why a forest is left as it is: such as "has 2 targets". */
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
