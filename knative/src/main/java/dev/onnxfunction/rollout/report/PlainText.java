package dev.onnxfunction.rollout.report;

import java.util.regex.Pattern;

/**
 * Text that others wrote, such as a name on a model's card or the log of a pod, without what would
 * control the terminal or begin a line of its own.
 */
final class PlainText {

    private static final Pattern CONTROL =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\t]]");

    private PlainText() {}

    /** The text with U+FFFD instead of each control, format or line separating character. */
    static String of(String text) {
        return CONTROL.matcher(text).replaceAll("\ufffd");
    }
}
