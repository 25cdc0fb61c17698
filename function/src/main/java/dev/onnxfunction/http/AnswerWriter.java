package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;

/**
 * Writes the responses of one connection in order, and accounts for the memory of those that the
 * client does not read. Only the event loop calls the methods.
 */
final class AnswerWriter {

    /** Larger responses, in bytes, count as memory for bodies until they are sent. */
    static final int WHOLE = 64 * 1024;

    /** Unsent bytes above which no further request is answered. */
    private static final int ENOUGH = 32 * 1024;

    private static final byte[] NOTHING = {};

    private final Transport transport;
    private final Memory.Share memory;
    private final ConnectionLoop loop;

    /** The array of the last body that holds its response, until that is sent. */
    private byte[] body = NOTHING;

    /** Whether a large response is not completely sent. */
    private boolean underWay;

    /**
     * @param memory for the bodies and large responses of the connection
     * @param loop its spares get the arrays of answered bodies
     */
    AnswerWriter(Transport transport, Memory.Share memory, ConnectionLoop loop) {
        this.transport = transport;
        this.memory = memory;
        this.loop = loop;
    }

    /**
     * Reserves memory for a response in place of that for its request; returns false if there is
     * none.
     */
    boolean hold(Response answer) {
        if (answer.length() <= WHOLE) {
            memory.release();
            return true;
        }
        return memory.hold(answer.body().length);
    }

    /** Writes a response. */
    void write(Response answer, HttpHead request, boolean keepAlive) {
        byte[] head =
                UsualResponse.fits(answer, request, keepAlive)
                        ? UsualResponse.head(answer.length())
                        : Responses.head(answer, request, keepAlive);
        transport.write(head, 0, head.length);
        if (request.method().equals("HEAD")) {
            memory.release();
            return;
        }
        transport.write(answer.body(), 0, answer.length());
        if (answer.length() > WHOLE) {
            underWay = true;
            memory.awaitReader(transport::closeLater);
        }
    }

    /**
     * Gives the array of a body to the spares: at once, because it no longer counts as memory for
     * bodies, or if it holds the response, once the socket has taken that.
     */
    @SuppressWarnings("ReferenceEquality") // It is about the memory, not its content.
    void recycle(byte[] answered, Response answer) {
        if (answer.body() == answered) {
            body = answered;
            recycleIfSent();
        } else {
            loop.current().spares.give(answered);
        }
    }

    private void recycleIfSent() {
        if (transport.waitingBytes() == 0) {
            loop.current().spares.give(body);
            body = NOTHING;
        }
    }

    /** Sends what the socket takes. */
    void flush() {
        long before = transport.waitingBytes();
        transport.flush();
        if (transport.waitingBytes() < before) {
            proceed();
        }
    }

    /** Notes that the socket has taken something. */
    void proceed() {
        memory.progress();
        recycleIfSent();
        if (underWay && transport.waitingBytes() == 0) {
            underWay = false;
            memory.release();
        }
    }

    /** Whether there is room for the next response. */
    boolean isReady() {
        return !underWay && transport.waitingBytes() <= ENOUGH;
    }

    /** Whether the memory of what waits counts as memory for bodies. */
    boolean isUnderWay() {
        return underWay;
    }

    /** Releases the memory. */
    void close() {
        underWay = false;
        body = NOTHING;
        memory.release();
    }
}
