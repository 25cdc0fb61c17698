package dev.onnxfunction.model;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** The batches of a model: lends them, and ends the tasks that borrowed them. Thread-safe. */
final class BatchPool implements Consumer<Batch>, AutoCloseable {

    private final Signature signature;
    private final Queue<Batch> idle = new ConcurrentLinkedQueue<>();

    /** All batches, idle or not. */
    private final Set<Batch> batches = ConcurrentHashMap.newKeySet();

    private volatile boolean closing;

    BatchPool(Signature signature) {
        this.signature = signature;
    }

    /** Lends an empty batch. */
    Batch lend(Task task) {
        Batch batch = idle.poll();
        if (batch == null) {
            batch = new Batch(signature, this);
            batches.add(batch);
        }
        batch.lendTo(task);
        return batch;
    }

    /** Takes a batch back. */
    @Override
    public void accept(Batch batch) {
        if (batch.isWorthKeeping() && !closing) {
            idle.add(batch);
        } else {
            drop(batch);
        }
    }

    /** Ends all tasks, and keeps no more batches. */
    void endAll() {
        closing = true;
        for (Batch batch : batches) {
            Task task = batch.borrower();
            if (task != null) {
                task.end(EndedException.Reason.STOPPED);
            }
        }
    }

    /** Ends the tasks whose deadline has passed. */
    void endLate(long now) {
        for (Batch batch : batches) {
            Task task = batch.borrower();
            if (task != null && task.isLate(now)) {
                task.end(EndedException.Reason.LATE);
            }
        }
    }

    /** Whether {@link #endAll} has been called. */
    boolean isClosing() {
        return closing;
    }

    /** Whether a call of a batch is running. */
    boolean isRunning() {
        return batches.stream().map(Batch::borrower).anyMatch(BatchPool::isRunning);
    }

    private static boolean isRunning(@Nullable Task task) {
        return task != null && task.isRunning();
    }

    /** Drops the idle batches. */
    @Override
    public void close() {
        for (Batch batch = idle.poll(); batch != null; batch = idle.poll()) {
            drop(batch);
        }
    }

    private void drop(Batch batch) {
        batches.remove(batch);
        batch.release();
    }
}
