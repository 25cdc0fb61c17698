package dev.onnxfunction.http;

/** Received bytes that are not decoded yet. Only the event loop uses it. */
final class HeldBytes {

    /** Initial bytes of memory. */
    private static final int USUAL = 2048;

    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int from;
    private int to;

    boolean isEmpty() {
        return to == from;
    }

    int length() {
        return to - from;
    }

    /** The array that has them, from {@link #from} to {@link #to}. */
    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** Bytes of memory. */
    int memory() {
        return RequestDecoder.ARRAY + bytes.length;
    }

    /** Adds a copy of further bytes. */
    void add(byte[] received, int start, int end) {
        int length = end - start;
        if (length > bytes.length - to) {
            makeRoom(length);
        }
        System.arraycopy(received, start, bytes, to, length);
        to += length;
    }

    /** Drops those before this index. */
    void dropTo(int index) {
        from = index;
        if (from >= to) {
            clear();
        }
    }

    void clear() {
        bytes = NOTHING;
        from = 0;
        to = 0;
    }

    private void makeRoom(int length) {
        int kept = to - from;
        int room = bytes.length;
        while (room - kept < length) {
            room = Math.max(USUAL, 2 * room);
        }
        byte[] larger = room > bytes.length ? new byte[room] : bytes;
        System.arraycopy(bytes, from, larger, 0, kept);
        bytes = larger;
        from = 0;
        to = kept;
    }
}
