package dev.onnxfunction.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Checks that bytes are UTF-8, at the cost of a glance for the usual all-ASCII body. */
final class Utf8 {

    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    static boolean isValid(byte[] bytes, int length) {
        ByteBuffer text = ByteBuffer.wrap(bytes, 0, length);
        return isAscii(text) || isDecodable(text);
    }

    static boolean startsWithByteOrderMark(byte[] bytes, int length) {
        return length >= 3
                && bytes[0] == (byte) 0xEF
                && bytes[1] == (byte) 0xBB
                && bytes[2] == (byte) 0xBF;
    }

    private static boolean isAscii(ByteBuffer text) {
        int position = text.position();
        long bits = 0;
        for (; position <= text.limit() - Long.BYTES; position += Long.BYTES) {
            bits |= text.getLong(position);
        }
        for (; position < text.limit(); position++) {
            bits |= text.get(position);
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
