package dev.onnxfunction.http;

import io.netty.channel.Channel;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Connections beyond the limit, which exist so that health probes still get a response. If there
 * are too many, the oldest is closed, because a probe has its response by then. Thread-safe.
 */
final class Reserve {

    private static final int MAX = 64;

    private final Queue<Channel> channels = new ArrayDeque<>();

    synchronized void add(Channel channel) {
        channels.removeIf(other -> !other.isOpen());
        if (channels.size() >= MAX) {
            channels.remove().close();
        }
        channels.add(channel);
    }
}
