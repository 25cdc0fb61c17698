package dev.onnxfunction.rollout.drive;

import org.jspecify.annotations.Nullable;

/** A call to where the Service is has failed. It may have had its effect all the same. */
public final class CallException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean lasting;

    /**
     * @param problem in a sentence
     * @param lasting whether trying again will not help
     */
    public CallException(String problem, boolean lasting, @Nullable Throwable cause) {
        super(problem, cause);
        this.lasting = lasting;
    }

    /** Whether trying again will not help. */
    public boolean lasting() {
        return lasting;
    }

    /** What happened, in a sentence. */
    public String problem() {
        String message = getMessage();
        return message == null ? toString() : message;
    }
}
