package dev.onnxfunction.rollout.gates.rows;

/** Makes untrusted text safe for a line of output. */
final class Printable {

    private static final int LONGEST = 40;

    private Printable() {}

    /** The text without control characters, cut at 40 characters. */
    static String of(String text) {
        String clean =
                text.codePoints()
                        .limit(LONGEST + 1L)
                        .map(c -> isControl(c) ? '\ufffd' : c)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        return clean.codePointCount(0, clean.length()) > LONGEST
                ? clean.substring(0, clean.offsetByCodePoints(0, LONGEST)) + "…"
                : clean;
    }

    /** Control, format, and unpaired surrogate characters, and separators of lines. */
    private static boolean isControl(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }
}
