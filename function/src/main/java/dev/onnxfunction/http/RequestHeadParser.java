package dev.onnxfunction.http;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Parses the head of a request as it arrives (RFC 9112, 3 and 5). */
final class RequestHeadParser {

    /** Maximum bytes of a request line, without its end. */
    static final int MAX_REQUEST_LINE = 4096;

    /** Maximum bytes of all header fields, without the ends of their lines. */
    static final int MAX_HEADERS = 16 * 1024;

    static final int MAX_FIELDS = 100;

    private static final String VERSION = "HTTP/";

    private final FieldParser fields = new FieldParser("header");

    /** Whether the request line is parsed. */
    private boolean begun;

    private int searched;
    private String method = HttpHead.UNKNOWN;
    private String target = HttpHead.UNKNOWN;
    private int major;
    private int minor;

    /** Bytes of the parsed head. */
    private int length;

    /**
     * Parses what has arrived of a head. Call it again with the same bytes and those after them.
     *
     * @return null if more bytes are needed
     */
    @Nullable HttpHead parse(byte[] bytes, int start, int end) {
        try {
            if (!begun && !parseRequestLine(bytes, start, end)) {
                return null;
            }
            int parsed = fields.parse(bytes, start, end);
            if (parsed < 0) {
                return null;
            }
            length = parsed;
            byte[] head = Arrays.copyOfRange(bytes, start, start + parsed);
            return new HttpHead(method, target, major, minor, fields.fields(head), null);
        } catch (HeadException e) {
            return new HttpHead(method, target, major, minor, HeaderFields.NONE, e.response());
        }
    }

    /** Bytes of the head that was parsed last. */
    int length() {
        return length;
    }

    /** Expects the next head. */
    void reset() {
        begun = false;
        searched = 0;
        method = HttpHead.UNKNOWN;
        target = HttpHead.UNKNOWN;
        fields.begin(0);
    }

    /** Approximate memory of an incomplete head in bytes, in addition to its own bytes. */
    int memory() {
        return fields.memory();
    }

    /** Returns false if the line is incomplete. */
    private boolean parseRequestLine(byte[] bytes, int start, int end) throws HeadException {
        int feed = Octets.lineFeed(bytes, start + searched, end);
        searched = feed - start;
        if (searched - 1 > MAX_REQUEST_LINE) {
            throw HeadException.lineTooLong();
        }
        if (feed == end) {
            if (!Octets.isToken(bytes[start])) { // TLS, for example, which may send no line end.
                throw HeadException.malformed();
            }
            return false;
        }
        parseRequestLine(bytes, start, start, feed - 1);
        begun = true;
        fields.begin(searched + 1);
        return true;
    }

    private void parseRequestLine(byte[] bytes, int start, int first, int last)
            throws HeadException {
        int space = first;
        while (space < last && Octets.isToken(bytes[space])) {
            space++;
        }
        int second = space + 1;
        while (second < last && Octets.isVisible(bytes[second])) {
            second++;
        }
        boolean isLine =
                last >= start
                        && space > first
                        && second > space + 1
                        && isVersion(bytes, second + 1, last)
                        && bytes[space] == Octets.SPACE
                        && bytes[second] == Octets.SPACE
                        && bytes[last] == Octets.CR;
        if (!isLine) {
            throw HeadException.malformed();
        }
        method = text(bytes, first, space);
        target = text(bytes, space + 1, second);
        major = bytes[last - 3] - '0';
        minor = bytes[last - 1] - '0';
    }

    private static boolean isVersion(byte[] bytes, int first, int last) {
        int digit = first + VERSION.length();
        if (last != digit + 3) {
            return false;
        }
        for (int i = first; i < digit; i++) {
            if (bytes[i] != VERSION.charAt(i - first)) {
                return false;
            }
        }
        return Octets.isDigit(bytes[digit])
                && bytes[digit + 1] == '.'
                && Octets.isDigit(bytes[digit + 2]);
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
