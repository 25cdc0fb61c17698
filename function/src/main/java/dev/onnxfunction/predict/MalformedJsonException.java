package dev.onnxfunction.predict;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;

import java.util.regex.Pattern;

/** A body that is no JSON, or no row and no array of rows. The message says what and where. */
public final class MalformedJsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What the parser adds for programmers: its own settings, and where it keeps the source. */
    private static final Pattern FOR_PROGRAMMERS =
            Pattern.compile(" \\(start marker at [^)]*\\)+|[:,;] (?:enable|from) `[^`]*`[^)]*");

    MalformedJsonException(String message) {
        super(message);
    }

    private MalformedJsonException(String message, Throwable cause) {
        super(message, cause);
    }

    static MalformedJsonException of(JacksonException e) {
        String message = FOR_PROGRAMMERS.matcher(e.getOriginalMessage()).replaceAll("");
        TokenStreamLocation place = e.getLocation();
        if (e instanceof StreamConstraintsException || place == null) {
            return new MalformedJsonException(message + ".", e);
        }
        return new MalformedJsonException(
                "Line %d, column %d: %s."
                        .formatted(place.getLineNr(), place.getColumnNr(), message),
                e);
    }
}
