package dev.onnxfunction.http;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Connections beyond the limit, which exist so that health probes still get a response. If there
 * are too many, the oldest is closed, because a probe has its response by then. Thread-safe.
 */
final class Reserve {

    private final Queue<HttpConnection> connections = new ArrayDeque<>();

    /**
     * @param max maximum connections, 1 or more
     */
    synchronized void add(HttpConnection connection, int max) {
        connections.removeIf(other -> !other.isOpen());
        while (connections.size() >= max) {
            connections.remove().closeLater();
        }
        connections.add(connection);
    }
}
