package dev.onnxfunction.http;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/**
 * Limits how long a connection waits for its client: for the rest of a request, for the next
 * request, for the reader of a response, and for the client's end. Only the event loop uses it.
 */
final class Timeouts {

    /** Maximum silence of the client after the last response, before the connection is closed. */
    private static final long LINGER = TimeUnit.SECONDS.toNanos(1);

    private final ConnectionLoop loop;
    private final long requestTimeout;
    private final long idleTimeout;
    private final Runnable check;

    /**
     * When the first bytes of an incomplete request arrived, or when lingering began; 0 if neither.
     */
    private long partialSince;

    /** When something was last sent or received. */
    private long activeAt;

    /** Whether only the client's end is awaited. */
    private boolean lingering;

    /** When the next check is. */
    private EventLoop.@Nullable Timer timer;

    /**
     * Starts to wait for the first request.
     *
     * @param requestTimeout maximum nanoseconds from a request's first byte to its last
     * @param idleTimeout maximum nanoseconds without a request, or without progress of a response
     * @param check called from time to time; calls {@link #isOver}
     */
    Timeouts(ConnectionLoop loop, long requestTimeout, long idleTimeout, Runnable check) {
        this.loop = loop;
        this.requestTimeout = requestTimeout;
        this.idleTimeout = idleTimeout;
        this.check = check;
        this.activeAt = System.nanoTime();
        checkIn(shorter());
    }

    /** Notes that something was sent or received; returns when, by {@link System#nanoTime}. */
    long active() {
        activeAt = System.nanoTime();
        return activeAt;
    }

    /** When something was last sent or received, by {@link System#nanoTime}. */
    long activeAt() {
        return activeAt;
    }

    /** Notes whether the client has begun a request without finishing it. */
    void partial(boolean begun) {
        if (lingering) {
            return;
        }
        if (!begun) {
            partialSince = 0;
        } else if (partialSince == 0) {
            partialSince = System.nanoTime();
        }
    }

    boolean isPartial() {
        return partialSince != 0;
    }

    /** Waits for nothing but the client's end from now on. */
    void linger() {
        lingering = true;
        activeAt = System.nanoTime();
        partialSince = activeAt;
        checkSoon();
    }

    /** Checks again before the client has waited for long. */
    void checkSoon() {
        checkIn(LINGER);
    }

    /** Checks on the connection's new loop from now on. */
    void arrive() {
        checkIn(shorter());
    }

    /**
     * Ends the checks, because the connection moves to another loop, or because a timer would keep
     * a closed one in memory.
     */
    void stop() {
        if (timer != null) {
            loop.current().cancel(timer);
            timer = null;
        }
    }

    /**
     * Whether the connection has waited for too long; if not, checks again later.
     *
     * @param waiting bytes that the client has not read
     * @param working whether a response is being computed, so that the client has nothing to do
     */
    boolean isOver(long waiting, boolean working) {
        timer = null;
        long left = left(System.nanoTime(), waiting, working);
        if (left > 0) {
            checkIn(Math.min(left, shorter()));
        }
        return left <= 0;
    }

    /** Nanoseconds until the current wait times out. */
    private long left(long now, long waiting, boolean working) {
        if (lingering) {
            return Math.min(activeAt + LINGER, partialSince + requestTimeout) - now;
        }
        if (waiting == 0 && partialSince != 0) {
            return partialSince + requestTimeout - now;
        }
        return working ? requestTimeout : activeAt + idleTimeout - now;
    }

    /**
     * Interval of the checks: the shorter timeout, so that no later wait can expire before the next
     * check.
     */
    private long shorter() {
        return Math.min(requestTimeout, idleTimeout);
    }

    private void checkIn(long nanos) {
        stop();
        timer = loop.current().schedule(nanos, check);
    }
}
