package dev.onnxfunction.model;

/** A task was ended before it was done. Rows and model are valid. */
public final class EndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The reason to end a task. */
    public enum Reason {
        /** Its deadline has passed. */
        LATE("The deadline has passed."),
        /** The client no longer waits for the result. */
        CANCELLED("The client no longer waits."),
        /** The model is closed, or about to be. */
        STOPPED("The model is closed.");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    private final Reason reason;

    EndedException(Reason reason) {
        super(reason.text, null, false, false);
        this.reason = reason;
    }

    /** Why it was ended. */
    public Reason reason() {
        return reason;
    }
}
