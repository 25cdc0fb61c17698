package dev.onnxfunction.rollout.gates.rows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * SHA-256 of a row's cells. It does not depend on the spelling of a number: 1, 1.0 and 1e0 are the
 * same. The documentation of the training specifies it.
 *
 * @param first bytes 0 to 7, big-endian, which decide whether the training holds the row out
 * @param second bytes 8 to 15
 * @param third bytes 16 to 23
 * @param fourth bytes 24 to 31
 */
record RowDigest(long first, long second, long third, long fourth) {

    /** The order of columns in a digest: by their bytes in UTF-8. */
    static final Comparator<String> BY_BYTES =
            Comparator.comparing(
                    name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    /**
     * The digest of a row.
     *
     * @param columns names, sorted by their bytes in UTF-8
     * @param cells their texts
     */
    static RowDigest of(List<String> columns, List<String> cells) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            text.append(columns.get(i)).append('\u001f');
            text.append(canonical(cells.get(i))).append('\u001e');
        }
        ByteBuffer digest =
                ByteBuffer.wrap(sha256(text.toString().getBytes(StandardCharsets.UTF_8)));
        return new RowDigest(
                digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }

    private static String canonical(String cell) {
        String text = strip(cell);
        double number = Numbers.parse(text);
        if (Double.isFinite(number)) {
            // Adding 0 makes -0 a 0.
            return "#" + HexFormat.of().toHexDigits(Double.doubleToLongBits(number + 0.0));
        }
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.equals("true") || lower.equals("false") ? lower : text;
    }

    /** Without white space of ASCII at both ends. */
    static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (start < end && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every JDK has it.
        }
    }
}
