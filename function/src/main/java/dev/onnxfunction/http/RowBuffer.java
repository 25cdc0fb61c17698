package dev.onnxfunction.http;

import java.util.Arrays;

/**
 * Received bytes of a stream of rows up to its end, and those that a worker has. The event loop
 * uses it, except what is handed over while the worker works.
 */
final class RowBuffer {

    /** Maximum bytes that wait for the worker before reading pauses. */
    static final int ENOUGH = 32 * 1024;

    private static final byte[] NOTHING = {};

    private byte[] coming = NOTHING;
    private byte[] handed = NOTHING;
    private int length;
    private int handedLength;
    private boolean complete;
    private boolean handedEnd;

    /**
     * Adds a received piece.
     *
     * @param last whether it ends the stream
     */
    void add(byte[] bytes, int from, int to, boolean last) {
        int more = to - from;
        if (more > coming.length - length) {
            coming = Arrays.copyOf(coming, length + more);
        }
        System.arraycopy(bytes, from, coming, length, more);
        length += more;
        complete = last;
    }

    /** Whether the last byte has come. */
    boolean isComplete() {
        return complete;
    }

    /** Whether no more bytes should be read before the worker takes these. */
    boolean isFull() {
        return complete || length >= ENOUGH;
    }

    /** Whether the worker lacks bytes, or does not know yet that there are no more. */
    boolean isPending() {
        return length > 0 || (complete && !handedEnd);
    }

    /** Hands over what has come; the worker must have finished with the bytes before. */
    void handOver() {
        byte[] empty = handed;
        handed = coming;
        handedLength = length;
        coming = empty;
        length = 0;
        handedEnd = complete;
    }

    /** The worker's bytes, from index 0. */
    byte[] handed() {
        return handed;
    }

    int handedLength() {
        return handedLength;
    }

    /** Whether nothing follows the worker's bytes. */
    boolean isEndHanded() {
        return handedEnd;
    }

    /** Drops what is not handed over. */
    void drop() {
        length = 0;
        handedEnd = complete;
    }
}
