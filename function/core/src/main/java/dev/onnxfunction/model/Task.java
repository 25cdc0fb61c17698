package dev.onnxfunction.model;

import org.jspecify.annotations.Nullable;

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
        }
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
