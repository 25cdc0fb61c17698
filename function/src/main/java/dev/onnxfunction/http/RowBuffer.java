package dev.onnxfunction.http;

import java.util.Arrays;

/**
 * Received bytes of a stream of rows, and those that a worker has. The event loop uses it, except
 * the handed bytes while the worker works.
 */
final class RowBuffer {

    private static final byte[] NOTHING = {};

    private byte[] coming = NOTHING;
    private byte[] handed = NOTHING;
    private int length;
    private int handedLength;

    /** Number of bytes that are not handed over yet. */
    int length() {
        return length;
    }

    void add(byte[] bytes, int from, int to) {
        int more = to - from;
        if (more > coming.length - length) {
            coming = Arrays.copyOf(coming, length + more);
        }
        System.arraycopy(bytes, from, coming, length, more);
        length += more;
    }

    /** Hands over what has come; the worker must have finished with the bytes before. */
    void handOver() {
        byte[] empty = handed;
        handed = coming;
        handedLength = length;
        coming = empty;
        length = 0;
    }

    /** The worker's bytes, from index 0. */
    byte[] handed() {
        return handed;
    }

    int handedLength() {
        return handedLength;
    }

    /** Drops what is not handed over. */
    void drop() {
        length = 0;
    }
}
