package dev.onnxfunction.start;

import dev.onnxfunction.text.Printable;

import org.jspecify.annotations.Nullable;

/**
 * The application cannot start: a bad model, a bad setting, a port in use. There is never a running
 * server without a model.
 *
 * <p>Two sentences: the message tells what was expected and what was found, the remedy what to do.
 */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Of each sentence, which may quote a model file, in UTF-16 units. */
    private static final int MOST = 2000;

    private final String remedy;

    public StartException(String problem, String remedy) {
        this(problem, remedy, null);
    }

    public StartException(String problem, String remedy, @Nullable Throwable cause) {
        super(Printable.of(problem, MOST), cause);
        this.remedy = Printable.of(remedy, MOST);
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
