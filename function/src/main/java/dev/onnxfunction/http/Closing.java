package dev.onnxfunction.http;

/**
 * How far a connection is on its way to its end, and the last steps. If a connection were closed
 * while its client is still sending, the client might lose the response; so its output is shut
 * down, and the client's end awaited for a moment. Only the event loop uses it.
 */
final class Closing {

    private enum Phase {
        OPEN,
        /** The last response is written, or begun, so that no more requests are taken. */
        LAST_RESPONSE,
        /** Only what is written is still to be sent. */
        FINISHING,
        /** Everything is sent, and the connection only waits for the client's end. */
        LINGERING
    }

    private final Transport transport;
    private final Timeouts timeouts;
    private Phase phase = Phase.OPEN;

    /** Whether the next response is the last. */
    private boolean stopping;

    /** Whether the client has stopped sending. */
    private boolean inputClosed;

    /**
     * @param stopping whether the first response is the last
     */
    Closing(Transport transport, Timeouts timeouts, boolean stopping) {
        this.transport = transport;
        this.timeouts = timeouts;
        this.stopping = stopping;
    }

    /** Makes the next response the last. */
    void stop() {
        stopping = true;
    }

    /** Whether the next response is the last. */
    boolean isStopping() {
        return stopping;
    }

    /** Whether no more requests are taken. */
    boolean isLast() {
        return phase != Phase.OPEN;
    }

    /** Takes no more requests. */
    void last() {
        if (phase == Phase.OPEN) {
            phase = Phase.LAST_RESPONSE;
        }
    }

    boolean isFinishing() {
        return phase == Phase.FINISHING;
    }

    /** Whether everything is sent, and the connection only waits for the client's end. */
    boolean isLingering() {
        return phase == Phase.LINGERING;
    }

    /** Ends the connection once everything is sent. */
    void finish() {
        if (phase != Phase.LINGERING) {
            phase = Phase.FINISHING;
        }
    }

    /** Shuts down the output if everything is sent. */
    void proceed() {
        if (phase != Phase.FINISHING || !transport.isOpen() || transport.waitingBytes() > 0) {
            return;
        }
        if (inputClosed) {
            transport.close();
            return;
        }
        phase = Phase.LINGERING;
        timeouts.linger();
        transport.read(true);
        transport.shutdownOutput();
    }

    /** Something arrives while it lingers, and is dropped. */
    void dropped() {
        if (!stopping) { // A client that never stops sending must not delay the end.
            timeouts.active();
        }
    }

    /** Notes that the client has stopped sending. */
    void inputClosed() {
        inputClosed = true;
        if (phase == Phase.LINGERING) {
            transport.close();
        }
    }

    boolean isInputClosed() {
        return inputClosed;
    }
}
