package dev.onnxfunction.http;

import java.nio.ByteBuffer;

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
    private final ConnectionLoop loop;
    private byte[] bytes = NOTHING;
    private int length;

    /** Bytes of the body according to the head; -1 if unknown. */
    private long announced;

    /**
     * @param maxBody maximum bytes of a body
     * @param loop its spares are used
     */
    BodyBuffer(int maxBody, Memory.Share memory, ConnectionLoop loop) {
        this.maxBody = maxBody;
        this.memory = memory;
        this.loop = loop;
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
     * Makes room for a piece, which does not exceed the maximum.
     *
     * @param more its bytes
     * @return whether there is memory for it
     */
    boolean reserve(int more, boolean last) {
        return more <= bytes.length - length || grow(more, last && length == 0);
    }

    /** Adds a piece for which there is room. */
    void add(byte[] piece, int from, int to) {
        System.arraycopy(piece, from, bytes, length, to - from);
        length += to - from;
    }

    /** The same for native memory. */
    void add(ByteBuffer piece) {
        int more = piece.remaining();
        piece.get(bytes, length, more);
        length += more;
    }

    /**
     * Makes room for a piece.
     *
     * @param only whether it is the whole body
     * @return whether there is memory for it
     */
    private boolean grow(int more, boolean only) {
        if (only && more <= SMALL) {
            bytes = new byte[more];
            return true;
        }
        SpareArrays spares = loop.current().spares;
        byte[] larger = spares.take(only ? more : room(length + more));
        if (!memory.hold(larger.length)) {
            spares.give(larger);
            return false;
        }
        System.arraycopy(bytes, 0, larger, 0, length);
        spares.give(bytes);
        bytes = larger;
        return true;
    }

    /** The body, and possibly bytes of earlier bodies after it. */
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
