package dev.onnxfunction.forest;

/**
 * A range of bytes in a file.
 *
 * @param start position of the first byte
 * @param end position after the last byte
 */
record ByteRange(long start, long end) {

    long length() {
        return end - start;
    }
}
