package dev.onnxfunction.http;

import java.util.Arrays;

/**
 * Parses the framing of a chunked body as it arrives (RFC 9112, 7.1): sizes, line ends and trailer.
 */
final class ChunkParser {

    /** Part of the body that comes next. */
    private enum Part {
        SIZE,
        DATA,
        DATA_END,
        TRAILER
    }

    /** Maximum bytes of a line with a size and extensions. */
    private static final int MAX_LINE = 4096;

    /** Fields that would change the framing or routing of the request; RFC 9110, 6.5.1. */
    private static final String[] FORBIDDEN = {
        "content-length", "transfer-encoding", "trailer", "host"
    };

    private final FieldParser trailer = new FieldParser("trailer");
    private Part part = Part.SIZE;

    /** Bytes of the chunk that are still to come. */
    private int left;

    private boolean ended;

    /** Expects the first chunk of a body. */
    void begin() {
        part = Part.SIZE;
        ended = false;
    }

    /** Whether the body is complete. */
    boolean isEnded() {
        return ended;
    }

    /** Bytes of the body that come next; 0 if framing comes next. */
    int left() {
        return part == Part.DATA ? left : 0;
    }

    /** Takes bytes of the body, at most as many as come next. */
    void take(int bytes) {
        left -= bytes;
        if (left == 0) {
            part = Part.DATA_END;
        }
    }

    /** Approximate memory of an incomplete trailer in bytes, in addition to its own bytes. */
    int memory() {
        return part == Part.TRAILER ? trailer.memory() : 0;
    }

    /**
     * Parses the framing that comes next.
     *
     * @return where it ends; {@code start} if more bytes are needed
     */
    int parse(byte[] bytes, int start, int end) throws HeadException {
        return switch (part) {
            case SIZE -> parseSize(bytes, start, end);
            case DATA -> start;
            case DATA_END -> parseDataEnd(bytes, start, end);
            case TRAILER -> parseTrailer(bytes, start, end);
        };
    }

    private int parseSize(byte[] bytes, int start, int end) throws HeadException {
        int feed = Octets.lineFeed(bytes, start, end);
        if (feed - start - 1 > MAX_LINE) {
            throw HeadException.chunkSizeTooLong(MAX_LINE);
        }
        if (feed == end) {
            return start;
        }
        if (feed == start || bytes[feed - 1] != Octets.CR) {
            throw HeadException.malformed();
        }
        left = size(bytes, start, feed - 1);
        part = left == 0 ? Part.TRAILER : Part.DATA;
        trailer.begin(0);
        return feed + 1;
    }

    private static int size(byte[] bytes, int start, int end) throws HeadException {
        long size = 0;
        int at = start;
        for (; at < end; at++) {
            int digit = Octets.hexadecimal(bytes[at]);
            if (digit < 0) {
                break;
            }
            size = 16 * size + digit;
            if (size > Integer.MAX_VALUE) { // Another server may read only its last 32 bits.
                throw HeadException.malformed();
            }
        }
        if (at == start || !isExtension(bytes, at, end)) {
            throw HeadException.malformed();
        }
        return (int) size;
    }

    /** Whether nothing follows a size, or something after a semicolon. */
    private static boolean isExtension(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && Octets.isBlank(bytes[at])) {
            at++;
        }
        if ((at < end && bytes[at] != ';') || (at == end && at > start)) {
            return false;
        }
        while (at < end && Octets.isValue(bytes[at])) {
            at++;
        }
        return at == end;
    }

    private int parseDataEnd(byte[] bytes, int start, int end) throws HeadException {
        if (bytes[start] != Octets.CR || (end - start > 1 && bytes[start + 1] != Octets.LF)) {
            throw HeadException.malformed();
        }
        if (end - start == 1) {
            return start;
        }
        part = Part.SIZE;
        return start + 2;
    }

    private int parseTrailer(byte[] bytes, int start, int end) throws HeadException {
        int length = trailer.parse(bytes, start, end);
        if (length < 0) {
            return start;
        }
        HeaderFields fields = trailer.fields(Arrays.copyOfRange(bytes, start, start + length));
        for (String name : FORBIDDEN) {
            if (fields.first(name) != null) {
                throw HeadException.malformed();
            }
        }
        ended = true;
        return start + length;
    }
}
