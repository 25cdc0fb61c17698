package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;

import java.nio.ByteBuffer;

/**
 * Divides the bytes of a connection into requests, and can be paused between any two pieces.
 *
 * <p>It holds back bytes rather than requests, because 64 KiB of short requests would take 2 MB.
 * While paused, it continues to read until it holds some, to detect that the client has closed or
 * reset the connection.
 *
 * <p>Only the event loop uses the fields.
 */
final class RequestDecoder {

    /** Gets the requests. */
    interface Receiver {

        /**
         * Takes the head of a request.
         *
         * @param length bytes of its body according to the head; -1 if unknown
         * @return false if the end of its body is unknown, so that nothing after it can be
         *     understood
         */
        boolean begin(HttpHead head, long length);

        /**
         * Takes a piece of the body, which may be empty.
         *
         * @param bytes valid only during the call
         * @param last whether the request ends with it
         */
        void receive(byte[] bytes, int from, int to, boolean last);

        /** Whether the rest of the body may be given as native memory, because it is kept whole. */
        boolean isKeeping();

        /**
         * Takes a piece of a body that it {@linkplain #isKeeping keeps}.
         *
         * @param bytes what is not taken is dropped
         * @param last whether the request ends with it
         */
        void receive(ByteBuffer bytes, boolean last);

        /** The rest of the body is not HTTP. */
        void fail(Response defect);
    }

    /** What comes next. */
    private enum State {
        HEAD,
        BODY,
        CHUNKS,
        /** The message is not HTTP, so that nothing after it can be understood. */
        BROKEN
    }

    /** Bytes after which it stops reading while paused. */
    private static final int MAX_HELD_BACK = 8 * 1024;

    /** Bytes of memory of an empty array. */
    static final int ARRAY = 16;

    private static final byte[] NOTHING = {};

    private final Receiver receiver;
    private final RequestHeadParser heads = new RequestHeadParser();
    private final ChunkParser chunks = new ChunkParser();
    private final HeldBytes held = new HeldBytes();
    private State state = State.HEAD;

    /** Bytes of the body that are still to come, if its length is known. */
    private long left;

    private boolean paused;
    private boolean discarding;
    private boolean decoding;

    /** Bytes that have arrived after those that are being decoded. */
    private int following;

    /** Memory of the latest request's head, in bytes. */
    private int headMemory;

    RequestDecoder(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Decodes nothing more until {@link #resume}. */
    void pause() {
        paused = true;
    }

    boolean isPaused() {
        return paused;
    }

    /** Resumes with the bytes that were held back, until it is paused again. */
    void resume() {
        if (paused) {
            paused = false;
            decodeHeld();
        }
    }

    /** Drops everything that arrives from now on. */
    void discard() {
        discarding = true;
        held.clear();
    }

    /** Whether it holds enough, so that nothing more should be read. */
    boolean isFull() {
        return paused && !discarding && held.length() >= MAX_HELD_BACK;
    }

    /** Whether the client has started a request without finishing it. */
    boolean isAwaiting() {
        return !paused && !discarding && (isWithin() || !held.isEmpty());
    }

    /** Approximate memory of the latest request's head in bytes. */
    int headMemory() {
        return headMemory;
    }

    /** Bytes of memory that are held until more bytes arrive or decoding resumes. */
    int heldBytes() {
        int bytes = isWithin() ? headMemory : 0;
        return held.isEmpty() ? bytes : bytes + held.memory() + heads.memory() + chunks.memory();
    }

    /**
     * Decodes bytes that have arrived, piece by piece. Once nothing but the body of a request is
     * left of them, the receiver gets that directly if it keeps the body.
     *
     * @param bytes native memory; valid only during the call
     * @param space for a piece
     */
    void receive(ByteBuffer bytes, byte[] space) {
        while (bytes.hasRemaining() && !discarding) {
            if (!paused && held.isEmpty()) {
                decodeDirectly(bytes, space);
            } else {
                int length = get(bytes, space);
                held.add(space, 0, length);
                decodeHeld();
            }
        }
    }

    private void decodeDirectly(ByteBuffer bytes, byte[] space) {
        if (isWholeBody(bytes.remaining())) {
            left -= bytes.remaining();
            state = left == 0 ? State.HEAD : State.BODY;
            receiver.receive(bytes, left == 0);
            bytes.position(bytes.limit());
            return;
        }
        int start = bytes.position();
        int length = get(bytes, space);
        following = bytes.remaining();
        int decoded = decode(space, 0, length);
        if (isFollowedBy(length - decoded)) {
            bytes.position(start + decoded);
        } else {
            hold(space, decoded, length);
        }
        following = 0;
    }

    private static int get(ByteBuffer bytes, byte[] space) {
        int length = Math.min(bytes.remaining(), space.length);
        bytes.get(space, 0, length);
        return length;
    }

    /** Whether the next bytes, all that have arrived, belong to a body that is kept. */
    private boolean isWholeBody(int length) {
        return state == State.BODY && length <= left && receiver.isKeeping();
    }

    private void decodeHeld() {
        if (!decoding) {
            held.dropTo(decode(held.bytes(), held.from(), held.to()));
        }
    }

    private void hold(byte[] bytes, int from, int to) {
        if (!discarding && from < to) {
            held.add(bytes, from, to);
        }
    }

    /** Decodes as much as possible; returns where it stopped. */
    private int decode(byte[] bytes, int start, int end) {
        decoding = true;
        try {
            int at = start;
            while (at < end && !paused && !discarding && !isFollowedBy(end - at)) {
                int next = decodeNext(bytes, at, end);
                if (next == at) {
                    return at;
                }
                at = next;
            }
            return at;
        } finally {
            decoding = false;
        }
    }

    /** Whether what is left of a piece, and all after it, belongs to a body that is kept. */
    private boolean isFollowedBy(int rest) {
        return following > 0 && isWholeBody(rest + following);
    }

    private int decodeNext(byte[] bytes, int at, int end) {
        return switch (state) {
            case HEAD -> decodeHead(bytes, at, end);
            case BODY -> decodeBody(bytes, at, end);
            case CHUNKS -> decodeChunk(bytes, at, end);
            case BROKEN -> end;
        };
    }

    private int decodeHead(byte[] bytes, int at, int end) {
        if (bytes[at] == Octets.CR && end - at == 1) {
            return at;
        }
        if (bytes[at] == Octets.CR && bytes[at + 1] == Octets.LF) {
            return at + 2; // Some clients send an empty line after a body.
        }
        HttpHead head = heads.parse(bytes, at, end);
        if (head == null) {
            return at;
        }
        heads.reset();
        headMemory = head.fields().memory();
        begin(head);
        return head.defect() == null ? at + heads.length() : end;
    }

    private void begin(HttpHead head) {
        long length = 0;
        HttpHead checked = head;
        try {
            length = head.contentLength();
            if (length >= 0 && head.isChunked()) {
                throw HeadException.malformed(); // A proxy may use the other of the two.
            }
        } catch (HeadException e) {
            checked = head.defect() == null ? head.with(e.response()) : head;
        }
        left = Math.max(0, length);
        if (head.isChunked()) {
            state = State.CHUNKS;
            chunks.begin();
        } else {
            state = left > 0 ? State.BODY : State.HEAD;
        }
        if (!receiver.begin(checked, length)) {
            state = State.BROKEN;
        } else if (!isWithin()) {
            receiver.receive(NOTHING, 0, 0, true);
        }
    }

    private int decodeBody(byte[] bytes, int at, int end) {
        int length = (int) Math.min(left, end - at);
        left -= length;
        if (left == 0) {
            state = State.HEAD;
        }
        receiver.receive(bytes, at, at + length, left == 0);
        return at + length;
    }

    private int decodeChunk(byte[] bytes, int at, int end) {
        int length = Math.min(chunks.left(), end - at);
        if (length > 0) {
            chunks.take(length);
            receiver.receive(bytes, at, at + length, false);
            return at + length;
        }
        try {
            int next = chunks.parse(bytes, at, end);
            if (chunks.isEnded()) {
                state = State.HEAD;
                receiver.receive(NOTHING, 0, 0, true);
            }
            return next;
        } catch (HeadException e) {
            state = State.BROKEN;
            receiver.fail(e.response());
            return end;
        }
    }

    private boolean isWithin() {
        return state == State.BODY || state == State.CHUNKS;
    }
}
