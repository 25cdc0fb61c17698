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

    private final Transport transport;
    private final Memory.Share memory;

    /** Whether a large response is not completely sent. */
    private boolean underWay;

    /**
     * @param memory for the bodies and large responses of the connection
     */
    AnswerWriter(Transport transport, Memory.Share memory) {
        this.transport = transport;
        this.memory = memory;
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
        memory.release();
    }
}
