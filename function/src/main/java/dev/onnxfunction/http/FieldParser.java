package dev.onnxfunction.http;

import java.util.Arrays;

/**
 * Parses the lines of header fields or of a trailer as they arrive, up to the empty line after them
 * (RFC 9112, 5). Refuses what the standard allows to repair, because another server may repair it
 * differently: lines that end without CR, that continue the previous one, or with a blank before
 * the colon.
 */
final class FieldParser {

    /** Initial number of offsets. */
    private static final int USUAL = 32;

    private final String kind;

    /** Offsets from the start of the head, four for each field. */
    private int[] offsets = new int[USUAL];

    private int count;

    /** Bytes of the complete lines, without their ends. */
    private int bytes;

    /** Where the current line begins, and up to where its end was searched. */
    private int line;

    private int searched;

    /**
     * @param kind of fields, for error messages
     */
    FieldParser(String kind) {
        this.kind = kind;
    }

    /**
     * Starts with no fields.
     *
     * @param from where the first line begins, from the start of the head
     */
    void begin(int from) {
        if (offsets.length > USUAL) {
            offsets = new int[USUAL];
        }
        count = 0;
        bytes = 0;
        line = from;
        searched = from;
    }

    /**
     * Parses what has arrived.
     *
     * @param start where the head begins
     * @return where the empty line ends, from the start of the head; -1 if it has not arrived
     */
    int parse(byte[] from, int start, int end) throws HeadException {
        while (true) {
            int feed = Octets.lineFeed(from, start + searched, end);
            searched = feed - start;
            int length = searched - line;
            if (bytes + length - 1 > RequestHeadParser.MAX_HEADERS) {
                throw HeadException.fieldsTooLarge(kind);
            }
            if (feed == end) {
                return -1;
            }
            if (length == 0 || from[feed - 1] != Octets.CR) {
                throw HeadException.malformed();
            }
            searched++;
            if (length == 1) {
                return searched;
            }
            add(from, start, start + line, feed - 1);
            bytes += length - 1;
            line = searched;
        }
    }

    /** The parsed fields, whose offsets count from the start of these bytes. */
    HeaderFields fields(byte[] head) {
        return new HeaderFields(head, Arrays.copyOf(offsets, 4 * count), count);
    }

    /** Approximate memory of the fields so far in bytes, in addition to the bytes of the head. */
    int memory() {
        return RequestDecoder.ARRAY + offsets.length * Integer.BYTES;
    }

    private void add(byte[] from, int start, int first, int last) throws HeadException {
        if (count == RequestHeadParser.MAX_FIELDS) {
            throw HeadException.fieldsTooLarge(kind);
        }
        int colon = first;
        while (colon < last && Octets.isToken(from[colon])) {
            colon++;
        }
        if (colon == first || colon == last || from[colon] != ':') {
            throw HeadException.malformed();
        }
        int value = colon + 1;
        int end = last;
        while (value < end && Octets.isBlank(from[value])) {
            value++;
        }
        while (value < end && Octets.isBlank(from[end - 1])) {
            end--;
        }
        for (int i = value; i < end; i++) {
            if (!Octets.isValue(from[i])) {
                throw HeadException.malformed();
            }
        }
        if (4 * count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * offsets.length);
        }
        offsets[4 * count] = first - start;
        offsets[4 * count + 1] = colon - start;
        offsets[4 * count + 2] = value - start;
        offsets[4 * count + 3] = end - start;
        count++;
    }
}
