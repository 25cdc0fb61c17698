package dev.onnxfunction.model.forest;

/**
 * Bytes of a file.
 *
 * @param start position of the first
 * @param end position after the last
 */
record Range(long start, long end) {

    long length() {
        return end - start;
    }
}
