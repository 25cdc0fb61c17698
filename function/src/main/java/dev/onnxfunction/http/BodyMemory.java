package dev.onnxfunction.http;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes of all bodies that are held at a time, up to a limit. Thread-safe. */
final class BodyMemory {

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /**
     * @param limit bytes, 1 or more
     */
    BodyMemory(long limit) {
        this.limit = limit;
    }

    /** Whether there is room for these bytes; if so, they are held from now on. */
    boolean take(int bytes) {
        if (held.addAndGet(bytes) <= limit) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    /** These bytes are held no more. */
    void giveBack(int bytes) {
        held.addAndGet(-bytes);
    }
}
