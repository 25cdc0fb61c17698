package dev.onnxfunction.rollout.drive;

import org.jspecify.annotations.Nullable;

/** A call to the platform failed. It may nevertheless have taken effect. */
public final class PlatformException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean permanent;

    /**
     * @param problem in a sentence
     * @param permanent whether a retry cannot help
     */
    public PlatformException(String problem, boolean permanent, @Nullable Throwable cause) {
        super(problem, cause);
        this.permanent = permanent;
    }

    /** Whether a retry cannot help. */
    public boolean permanent() {
        return permanent;
    }

    /** What happened, in a sentence. */
    public String problem() {
        String message = getMessage();
        return message == null ? toString() : message;
    }
}
