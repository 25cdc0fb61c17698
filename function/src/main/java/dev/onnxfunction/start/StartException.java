package dev.onnxfunction.start;

import org.jspecify.annotations.Nullable;

/**
 * The application cannot start: a bad model, a bad setting, a port in use. There is never a running
 * server without a model.
 *
 * <p>Two sentences: the message tells what was expected and what was found, the remedy what to do.
 */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    public StartException(String problem, String remedy) {
        this(problem, remedy, null);
    }

    public StartException(String problem, String remedy, @Nullable Throwable cause) {
        super(problem, cause);
        this.remedy = remedy;
    }

    /** The one that a failure has among its causes; null if there is none. */
    public static @Nullable StartException in(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof StartException)) {
            cause = cause.getCause();
        }
        return (StartException) cause;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
