package dev.onnxfunction.settings;

import dev.onnxfunction.text.Printable;

import org.jspecify.annotations.Nullable;

/**
 * The application cannot start, for example because of an invalid model, an invalid setting or a
 * port in use. A server without a model never runs.
 *
 * <p>The message states what was expected and what was found, the remedy what to do.
 */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Maximum length of each sentence, which may quote a model file, in UTF-16 units. */
    private static final int MOST = 2000;

    private final String remedy;

    /**
     * @param problem what was found, and what was expected, in a sentence
     * @param remedy what to do, in sentences
     */
    public StartException(String problem, String remedy) {
        this(problem, remedy, null);
    }

    /**
     * @param problem what was found, and what was expected, in a sentence
     * @param remedy what to do, in sentences
     * @param cause null if there is none
     */
    public StartException(String problem, String remedy, @Nullable Throwable cause) {
        super(Printable.of(problem, MOST), cause);
        this.remedy = Printable.of(remedy, MOST);
    }

    /** Returns the StartException among the causes of a failure; null if there is none. */
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

    /** With the remedy, because it begins the stack trace where nobody handles the exception. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // Those who handle it show the remedy apart.
    public String toString() {
        return super.toString() + " " + remedy;
    }
}
