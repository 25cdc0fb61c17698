package dev.onnxfunction.rollout.drive;

import org.jspecify.annotations.Nullable;

/** A call to the platform failed. It may nevertheless have taken effect. */
public final class CallException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean lasting;

    /**
     * @param problem in a sentence
     * @param lasting whether a retry cannot help
     */
    public CallException(String problem, boolean lasting, @Nullable Throwable cause) {
        super(problem, cause);
        this.lasting = lasting;
    }

    /** Whether a retry cannot help. */
    public boolean lasting() {
        return lasting;
    }

    /** What happened, in a sentence. */
    public String problem() {
        String message = getMessage();
        return message == null ? toString() : message;
    }
}
