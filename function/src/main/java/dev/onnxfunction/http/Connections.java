package dev.onnxfunction.http;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The open connections within the limit. Thread-safe. */
final class Connections {

    private record Idle(HttpConnection connection, long nanos) {}

    /** Nanoseconds after which a connection is idle; others may be about to send a request. */
    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

    /** Share of the connections that are closed at a time, so that the search is rare. */
    private static final int CLOSED_SHARE = 16;

    /** Nanoseconds between two searches. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    private long searched = System.nanoTime() - PAUSE;

    int size() {
        return open.size();
    }

    void add(HttpConnection connection) {
        open.add(connection);
    }

    synchronized void remove(HttpConnection connection) {
        open.remove(connection);
        notifyAll();
    }

    /** Runs an action for each connection, on its event loop. */
    void forEach(Consumer<HttpConnection> action) {
        for (HttpConnection connection : open) {
            connection.execute(() -> action.accept(connection));
        }
    }

    /**
     * Closes the connections that have waited longest for a request, to make room for others.
     * Called on one thread only.
     */
    void closeIdle() {
        long now = System.nanoTime();
        if (now - searched < PAUSE) {
            return;
        }
        searched = now;
        open.stream()
                .map(connection -> new Idle(connection, connection.idleNanos(now)))
                .filter(idle -> idle.nanos > IDLE)
                .sorted(Comparator.comparingLong(Idle::nanos).reversed())
                .limit(open.size() / CLOSED_SHARE + 1)
                .map(Idle::connection)
                .forEach(connection -> connection.execute(connection::closeIfUnused));
    }

    /**
     * Returns how many have a request that is not answered. Those of an event loop that does not
     * respond count.
     *
     * @param nanos maximum wait
     */
    int unanswered(long nanos) {
        Set<HttpConnection> unanswered = ConcurrentHashMap.newKeySet();
        unanswered.addAll(open);
        CountDownLatch asked = new CountDownLatch(unanswered.size());
        for (HttpConnection connection : unanswered) {
            connection.execute(
                    () -> {
                        if (connection.isAnswered()) {
                            unanswered.remove(connection);
                        }
                        asked.countDown();
                    });
        }
        try {
            asked.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return unanswered.size();
    }

    /**
     * Waits until all are closed.
     *
     * @param nanos maximum wait; 0 or less does not wait
     * @return whether all are closed
     */
    synchronized boolean awaitNone(long nanos) {
        long end = System.nanoTime() + nanos;
        try {
            while (!open.isEmpty()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return open.isEmpty();
        }
    }
}
