package dev.onnxfunction.gzip;

/**
 * Skips the header of a gzip member (RFC 1952, 2.3), byte by byte. Its information about the file
 * is not needed here.
 */
final class GzipHeader {

    static final int MAGIC_1 = 0x1f;
    private static final int MAGIC_2 = 0x8b;
    private static final int DEFLATE = 8;
    private static final int FIXED = 10;

    private static final int HAS_CHECKSUM = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;
    private static final int RESERVED = 0xe0;

    /** Maximum bytes of a header; a longer file name is not plausible. */
    private static final int MAX = 64 * 1024 + 1024;

    private int length;
    private int flags;

    /** Missing bytes of the extra field; -2 and -1 while its length is missing. */
    private int extra;

    /** The first byte of that length. */
    private int extraLow;

    /** Missing bytes of the header's checksum. */
    private int checksumLeft;

    /** Whether no byte of the header has been read. */
    boolean isUnbegun() {
        return length == 0;
    }

    /** Resets this for the next member. */
    void reset() {
        length = 0;
    }

    /**
     * Takes the next byte.
     *
     * @return whether it is the last one
     * @throws GzipException if the header is invalid
     */
    boolean take(int next) {
        int index = length++;
        if (index < FIXED) {
            fixed(index, next);
        } else if (length > MAX) {
            throw new GzipException("has a gzip header of more than " + MAX + " bytes");
        } else {
            optional(next);
        }
        return length >= FIXED && extra == 0 && flags == 0 && checksumLeft == 0;
    }

    private void fixed(int index, int next) {
        if ((index == 0 && next != MAGIC_1) || (index == 1 && next != MAGIC_2)) {
            throw new GzipException("does not begin as gzip does, with the bytes 1f 8b");
        }
        if (index == 2 && next != DEFLATE) {
            throw new GzipException("is gzip with a method of compression other than deflate");
        }
        if (index == 3) {
            if ((next & RESERVED) != 0) {
                throw new GzipException("has flags in its gzip header that do not exist");
            }
            flags = next & (HAS_NAME | HAS_COMMENT);
            extra = (next & HAS_EXTRA) == 0 ? 0 : -2;
            checksumLeft = (next & HAS_CHECKSUM) == 0 ? 0 : 2;
        }
    }

    private void optional(int next) {
        if (extra == -2) {
            extra = -1;
            extraLow = next;
        } else if (extra == -1) {
            extra = extraLow | (next << Byte.SIZE);
        } else if (extra > 0) {
            extra--;
        } else if (flags != 0) {
            if (next == 0) {
                flags &= flags - 1; // The name comes before the comment, and so does its bit.
            }
        } else {
            checksumLeft--;
        }
    }
}
