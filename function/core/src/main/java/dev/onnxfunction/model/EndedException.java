package dev.onnxfunction.model;

/** A {@link Task} was ended before it was done. Rows and model are valid. */
public final class EndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Task.End reason;

    EndedException(Task.End reason) {
        super(reason.toString(), null, false, false);
        this.reason = reason;
    }

    /** Why it was ended. */
    public Task.End reason() {
        return reason;
    }
}
