package dev.onnxfunction.http;

import io.netty.channel.Channel;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Connections beyond their limit, which are there so that probes of health are answered all the
 * same. If there are too many of them, the oldest is closed: a probe has been answered by then.
 * Thread-safe.
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
