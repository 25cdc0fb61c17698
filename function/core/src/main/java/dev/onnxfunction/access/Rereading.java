package dev.onnxfunction.access;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Reads keys periodically on its own thread. */
final class Rereading implements AutoCloseable {

    static final int SECONDS_BETWEEN_READS = 10;

    private final Thread thread;
    private final Runnable read;
    private volatile boolean closed;

    private Rereading(String name, Runnable read) {
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::goOn);
        this.read = read;
    }

    /**
     * Starts; the first read is {@value #SECONDS_BETWEEN_READS} seconds from now.
     *
     * @param thread name of the thread
     */
    static Rereading by(String thread, Runnable read) {
        Rereading rereading = new Rereading(thread, read);
        rereading.thread.start();
        return rereading;
    }

    private void goOn() {
        while (true) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS_BETWEEN_READS));
            if (closed) {
                return;
            }
            read.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
