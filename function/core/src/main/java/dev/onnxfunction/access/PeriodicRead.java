package dev.onnxfunction.access;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Reads keys periodically on its own thread. */
final class PeriodicRead implements AutoCloseable {

    static final int SECONDS_BETWEEN_READS = 10;

    private final Thread thread;
    private final Runnable read;
    private volatile boolean closed;

    private PeriodicRead(String name, Runnable read) {
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
        this.read = read;
    }

    /**
     * Starts; the first read is {@value #SECONDS_BETWEEN_READS} seconds from now.
     *
     * @param thread name of the thread
     */
    static PeriodicRead start(String thread, Runnable read) {
        PeriodicRead started = new PeriodicRead(thread, read);
        started.thread.start();
        return started;
    }

    private void run() {
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
