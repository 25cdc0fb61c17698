package dev.onnxfunction.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Checks that bytes are UTF-8; fast for bodies that are all ASCII. */
public final class Utf8 {

    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    static boolean isValid(byte[] bytes, int length) {
        return isValid(bytes, 0, length);
    }

    /** Whether a range of bytes is UTF-8. */
    public static boolean isValid(byte[] bytes, int from, int length) {
        return isAscii(bytes, from, from + length)
                || isDecodable(ByteBuffer.wrap(bytes, from, length));
    }

    static boolean startsWithByteOrderMark(byte[] bytes, int length) {
        return startsWithByteOrderMark(bytes, 0, length);
    }

    /** Whether a range of bytes begins with the UTF-8 byte order mark. */
    public static boolean startsWithByteOrderMark(byte[] bytes, int from, int length) {
        return length >= 3
                && bytes[from] == (byte) 0xEF
                && bytes[from + 1] == (byte) 0xBB
                && bytes[from + 2] == (byte) 0xBF;
    }

    /** Four words at a time, because a processor adds them to the bits one after the other. */
    private static boolean isAscii(byte[] bytes, int from, int end) {
        int position = from;
        long bits = 0;
        for (; position <= end - 4 * Long.BYTES; position += 4 * Long.BYTES) {
            bits |=
                    Words.at(bytes, position)
                            | Words.at(bytes, position + Long.BYTES)
                            | Words.at(bytes, position + 2 * Long.BYTES)
                            | Words.at(bytes, position + 3 * Long.BYTES);
        }
        for (; position <= end - Long.BYTES; position += Long.BYTES) {
            bits |= Words.at(bytes, position);
        }
        for (; position < end; position++) {
            bits |= bytes[position];
        }
        return (bits & HIGH_BITS) == 0;
    }

    private static boolean isDecodable(ByteBuffer text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(text);
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
