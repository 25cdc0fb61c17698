package dev.onnxfunction.json;

import dev.onnxfunction.text.Printable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds JSON text in UTF-8. The caller is responsible for valid JSON. */
public final class JsonWriter {

    private static final int HEX_DIGITS = 16;

    private byte[] bytes;
    private int length;

    /**
     * @param capacity initial capacity in bytes
     */
    public JsonWriter(int capacity) {
        this(new byte[capacity]);
    }

    /**
     * @param buffer initial buffer, which it overwrites
     */
    public JsonWriter(byte[] buffer) {
        bytes = buffer;
    }

    /** The buffer; its first {@link #length} bytes are the text. */
    public byte[] bytes() {
        return bytes;
    }

    /** Number of bytes of text in {@link #bytes}. */
    public int length() {
        return length;
    }

    /** Appends punctuation. */
    public JsonWriter append(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Appends text that is JSON already. */
    public JsonWriter append(byte[] json) {
        return append(json, json.length);
    }

    private JsonWriter append(byte[] json, int count) {
        return append(json, 0, count);
    }

    /** Appends a part of a text that is JSON already. */
    public JsonWriter append(byte[] json, int from, int count) {
        ensure(count);
        System.arraycopy(json, from, bytes, length, count);
        length += count;
        return this;
    }

    /** Appends the text of another writer. */
    public JsonWriter append(JsonWriter json) {
        return append(json.bytes, json.length);
    }

    /** Appends text that is JSON already. */
    public JsonWriter append(String json) {
        return append(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends a finite number with the fewest digits that parse to the same number. */
    public JsonWriter append(double number) {
        if (!ShortestDecimal.takes(number)) {
            return appendAscii(Double.toString(number));
        }
        ensure(ShortestDecimal.MAX_LENGTH);
        length = ShortestDecimal.write(number, bytes, length);
        return this;
    }

    /** Appends text that is JSON already, and a finite number. */
    public JsonWriter append(byte[] json, double number) {
        if (!ShortestDecimal.takes(number)) {
            return append(json).appendAscii(Double.toString(number));
        }
        ensure(json.length + ShortestDecimal.MAX_LENGTH);
        byte[] to = bytes;
        int at = length;
        System.arraycopy(json, 0, to, at, json.length);
        length = ShortestDecimal.write(number, to, at + json.length);
        return this;
    }

    /** Appends a whole number. */
    public JsonWriter append(long number) {
        return appendAscii(Long.toString(number));
    }

    /** Appends a whole number in 16 hexadecimal digits, without quotes. */
    public JsonWriter appendHex(long number) {
        ensure(HEX_DIGITS);
        for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
            bytes[length++] = (byte) Character.forDigit((int) (number >>> shift) & 0xF, 16);
        }
        return this;
    }

    /** Appends the last digits of a number that is not negative, zeros included. */
    public JsonWriter appendDigits(long number, int digits) {
        ensure(digits);
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** Clears the text. */
    public JsonWriter clear() {
        length = 0;
        return this;
    }

    /** Appends text in ASCII that is JSON already. */
    @SuppressWarnings("deprecation") // This getBytes copies ASCII without encoding it.
    public JsonWriter appendAscii(String json) {
        ensure(json.length());
        json.getBytes(0, json.length(), bytes, length);
        length += json.length();
        return this;
    }

    /**
     * Appends a string with quotes. Escaped are what JSON requires, and what is invisible or
     * affects a terminal.
     */
    public JsonWriter appendString(String text) {
        return isPlain(text) ? append('"').appendAscii(text).append('"') : appendEscaped(text);
    }

    /** Whether it is ASCII without anything to escape. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next < ' ' || next > '~' || next == '"' || next == '\\') {
                return false;
            }
        }
        return true;
    }

    private JsonWriter appendEscaped(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(character -> escape(character, json));
        return append(json.append('"').toString());
    }

    private static void escape(int character, StringBuilder json) {
        if (Printable.isHidden(character)) {
            for (char unit : Character.toChars(character)) {
                json.append("\\u%04x".formatted((int) unit));
            }
            return;
        }
        if (character == '"' || character == '\\') {
            json.append('\\');
        }
        json.appendCodePoint(character);
    }

    /** The text so far. */
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
