package dev.onnxfunction.access;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Reads keys periodically on its own thread. */
final class Rereading implements AutoCloseable {

    static final int SECONDS_BETWEEN_READS = 10;

    private final Runnable read;
    private volatile boolean closed;

    private Rereading(Runnable read) {
        this.read = read;
    }

    /**
     * Starts; the first read is {@value #SECONDS_BETWEEN_READS} seconds from now.
     *
     * @param thread name of the thread
     */
    static Rereading by(String thread, Runnable read) {
        Rereading rereading = new Rereading(read);
        Thread.ofPlatform().daemon().name(thread).start(rereading::goOn);
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
    }
}
