package dev.onnxfunction.text;

/**
 * Makes untrusted text safe for a terminal, a log line or a metric label, because a model file may
 * come from anywhere.
 */
public final class Printable {

    private Printable() {}

    /**
     * The text with escapes such as {@code \}{@code u001b} for everything invisible or that affects
     * the display: control characters, line ends, writing directions, unpaired surrogates.
     */
    public static String of(String text) {
        return escaped(text, "");
    }

    /**
     * The same, and cuts the middle of a long text.
     *
     * @param most maximum UTF-16 units to keep, at least 3
     */
    public static String of(String text, int most) {
        if (text.length() <= most) {
            return of(text);
        }
        int end = most / 3;
        return of(text.substring(0, most - end))
                + " … ("
                + text.length()
                + " characters) … "
                + of(text.substring(text.length() - end));
    }

    /** The same for text of several lines, which keeps its line ends. */
    public static String lines(String text) {
        return escaped(text, "\r\n\t");
    }

    /**
     * Escapes the invisible characters of a JSON text, except line ends and tabs, which are between
     * its tokens. The text still parses to the same values.
     */
    public static String json(String json) {
        StringBuilder shown = null;
        for (int at = 0, next; at < json.length(); at = next) {
            int character = json.codePointAt(at);
            next = at + Character.charCount(character);
            boolean hidden = character > '~' && isHidden(character);
            if (hidden && shown == null) {
                shown = new StringBuilder(json.substring(0, at));
            }
            for (int unit = at; shown != null && unit < next; unit++) {
                char same = json.charAt(unit);
                shown.append(hidden ? "\\u%04x".formatted((int) same) : same);
            }
        }
        return shown == null ? json : shown.toString();
    }

    private static String escaped(String text, String kept) {
        StringBuilder shown = null;
        for (int at = 0, next; at < text.length(); at = next) {
            int character = text.codePointAt(at);
            next = at + Character.charCount(character);
            if (isHidden(character) && kept.indexOf(character) < 0) {
                shown = shown == null ? new StringBuilder(text.substring(0, at)) : shown;
                shown.append(String.format("\\u%04x", character));
            } else if (shown != null) {
                shown.appendCodePoint(character);
            }
        }
        return shown == null ? text : shown.toString();
    }

    /** Whether a code point is invisible or affects the display, or is an unpaired surrogate. */
    public static boolean isHidden(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    true;
            default -> false;
        };
    }
}
