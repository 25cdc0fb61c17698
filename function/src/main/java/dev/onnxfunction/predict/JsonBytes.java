package dev.onnxfunction.predict;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON text under construction, as UTF-8. */
public final class JsonBytes {

    /** A double in decimal has at most 24 characters. */
    private static final int MAX_NUMBER = 24;

    private byte[] bytes;
    private int length;

    JsonBytes(int capacity) {
        bytes = new byte[capacity];
    }

    /** The bytes so far; more of them than {@link #length} says. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many bytes of {@link #bytes} are text. */
    public int length() {
        return length;
    }

    JsonBytes append(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    JsonBytes append(byte[] text) {
        ensure(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        return this;
    }

    /** Appends a finite number, in the fewest digits that read back as the same number. */
    @SuppressWarnings("deprecation") // This getBytes copies ASCII without encoding it.
    JsonBytes append(double number) {
        String digits = Double.toString(number);
        ensure(MAX_NUMBER);
        digits.getBytes(0, digits.length(), bytes, length);
        length += digits.length();
        return this;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
