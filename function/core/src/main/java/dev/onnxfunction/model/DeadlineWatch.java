package dev.onnxfunction.model;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Ends calls whose deadline has passed, until the model is closed. */
final class DeadlineWatch implements Runnable {

    /** Interval of the checks, in nanoseconds. */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

    private final BatchPool batches;

    DeadlineWatch(BatchPool batches) {
        this.batches = batches;
    }

    /** Watches on a thread of its own. */
    void start() {
        Thread.ofPlatform().daemon().name("deadlines").start(this);
    }

    @Override
    public void run() {
        while (!batches.isClosing()) {
            LockSupport.parkNanos(TICK);
            batches.endLate(System.nanoTime());
        }
    }
}
