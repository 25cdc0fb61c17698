package dev.onnxfunction.model;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * What one request wants of a model, in one call of the runtime or in many, so that somebody else
 * can end it before it is done. Thread-safe; its calls are made by one thread at a time.
 */
public final class Task {

    /** Why a task is ended. */
    public enum End {
        /** Its deadline has passed. */
        LATE,
        /** Nobody waits for the result any more. */
        CANCELLED,
        /** The process stops. */
        STOPPED
    }

    private final long deadline;
    private final boolean limited;
    private @Nullable End end;
    private volatile OnnxModel.@Nullable Call running;

    /** Does work for it that is not the model's; null if none does. */
    private @Nullable Thread worker;

    private Task(long deadline, boolean limited) {
        this.deadline = deadline;
        this.limited = limited;
    }

    /** A task without a deadline. */
    public static Task unlimited() {
        return new Task(0, false);
    }

    /**
     * A task with a deadline.
     *
     * @param deadline as {@link System#nanoTime} tells
     */
    public static Task until(long deadline) {
        return new Task(deadline, true);
    }

    /** Ends it: the call that is running as soon as the runtime looks, and all further ones. */
    public synchronized void end(End reason) {
        if (end == null) {
            end = reason;
            OnnxModel.Call call = running;
            if (call != null) {
                call.terminate();
            }
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    /**
     * Does work that is not the model's, and that is interrupted if the task is ended meanwhile.
     *
     * @throws EndedException if the task was ended before, or if the work fails and the task was
     *     ended meanwhile
     */
    public <T extends @Nullable Object> T interruptibly(Supplier<T> work) {
        beginWork();
        try {
            return work.get();
        } catch (Throwable e) {
            End reason = reason();
            if (reason != null) {
                throw new EndedException(reason);
            }
            throw e;
        } finally {
            finishWork();
        }
    }

    private synchronized void beginWork() {
        if (end != null) {
            throw new EndedException(end);
        }
        worker = Thread.currentThread();
    }

    private synchronized void finishWork() {
        worker = null;
        Thread.interrupted(); // The thread goes on to other tasks.
    }

    /** Whether its deadline has passed. */
    public boolean isLate(long now) {
        return limited && now - deadline >= 0;
    }

    boolean isRunning() {
        return running != null;
    }

    /**
     * A call begins.
     *
     * @throws EndedException if it must not
     */
    synchronized void begin(OnnxModel.Call call) {
        if (end != null) {
            throw new EndedException(end);
        }
        running = call;
    }

    /** The call that began has ended, in whatever way. */
    synchronized void finish() {
        running = null;
    }

    /** Why it was ended; null if it was not. */
    synchronized @Nullable End reason() {
        return end;
    }
}
