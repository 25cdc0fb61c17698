package dev.onnxfunction.http;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Connections beyond the limit, which exist so that health probes still get a response. If there
 * are too many, the oldest is closed, because a probe has its response by then. Thread-safe.
 */
final class Reserve {

    private static final int MAX = 64;

    private final Queue<HttpConnection> connections = new ArrayDeque<>();

    synchronized void add(HttpConnection connection) {
        connections.removeIf(other -> !other.isOpen());
        if (connections.size() >= MAX) {
            connections.remove().closeLater();
        }
        connections.add(connection);
    }
}
