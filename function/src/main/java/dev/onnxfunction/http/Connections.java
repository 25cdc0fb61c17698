package dev.onnxfunction.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The open connections within the limit. Thread-safe. */
final class Connections {

    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();

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
