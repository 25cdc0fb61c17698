package dev.onnxfunction.model;

/** A task was ended before it was done. Rows and model are valid. */
public final class EndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The reason to end a task. */
    public enum Reason {
        /** Its deadline has passed. */
        LATE,
        /** The client no longer waits for the result. */
        CANCELLED,
        /** The process is stopping. */
        STOPPED
    }

    private final Reason reason;

    EndedException(Reason reason) {
        super(reason.toString(), null, false, false);
        this.reason = reason;
    }

    /** Why it was ended. */
    public Reason reason() {
        return reason;
    }
}
