package dev.onnxfunction.forest;

/**
 * Bytes of a file.
 *
 * @param start position of the first
 * @param end position after the last
 */
record ByteRange(long start, long end) {

    long length() {
        return end - start;
    }
}
