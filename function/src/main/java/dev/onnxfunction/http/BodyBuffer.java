package dev.onnxfunction.http;

import java.util.Arrays;

/**
 * The body of one request as it arrives, within the memory for bodies. Only the event loop uses it.
 */
final class BodyBuffer {

    /**
     * Bodies up to this size, in bytes, that arrive at once are not counted, because they are not
     * stored.
     */
    static final int SMALL = 16 * 1024;

    private static final byte[] NOTHING = {};

    private final int maxBody;
    private final Memory.Share memory;
    private byte[] bytes = NOTHING;
    private int length;

    /** Bytes of the body according to the head; -1 if unknown. */
    private long announced;

    /**
     * @param maxBody maximum bytes of a body
     */
    BodyBuffer(int maxBody, Memory.Share memory) {
        this.maxBody = maxBody;
        this.memory = memory;
    }

    /**
     * Starts an empty body.
     *
     * @param bytes of it according to the head; -1 if unknown
     */
    void expect(long bytes) {
        clear();
        announced = bytes;
    }

    /**
     * Adds a piece, which does not exceed the maximum.
     *
     * @return whether there is memory for it
     */
    boolean add(byte[] piece, int from, int to, boolean last) {
        int more = to - from;
        if (more > bytes.length - length) {
            boolean only = last && length == 0;
            int room = only ? more : room(length + more);
            if ((!only || more > SMALL) && !memory.hold(room)) {
                return false;
            }
            bytes = Arrays.copyOf(bytes, room);
        }
        System.arraycopy(piece, from, bytes, length, more);
        length += more;
        return true;
    }

    /** The body, and possibly unused room after it. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Drops the body; its memory still counts until it is released or reserved for a response. */
    void clear() {
        bytes = NOTHING;
        length = 0;
    }

    void release() {
        memory.release();
    }

    /**
     * Returns the array size for this number of received bytes: the announced length, to avoid
     * copying, but at most four times what has arrived.
     */
    private int room(int received) {
        long expected = announced < 0 ? 2L * received : announced;
        return Math.clamp(Math.min(expected, 4L * received), received, maxBody);
    }
}
