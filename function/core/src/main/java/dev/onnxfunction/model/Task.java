package dev.onnxfunction.model;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * The work of one request, in one or many calls of the runtime, which another thread can end early.
 * Thread-safe; one thread at a time makes its calls.
 */
public final class Task {

    private final long deadline;
    private final boolean limited;
    private EndedException.@Nullable Reason end;
    private volatile @Nullable RunHandle running;

    /** The thread that does work other than the model's; null if there is none. */
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
     * @param deadline deadline by {@link System#nanoTime}
     */
    public static Task until(long deadline) {
        return new Task(deadline, true);
    }

    /** Ends the task: the running call as soon as the runtime checks, and all further calls. */
    public synchronized void end(EndedException.Reason reason) {
        if (end == null) {
            end = reason;
            RunHandle call = running;
            if (call != null) {
                call.terminate();
            }
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    /**
     * Does work other than the model's, which is interrupted if the task is ended.
     *
     * @throws EndedException if the task was ended before, or if the work fails and the task was
     *     ended meanwhile
     */
    public <T extends @Nullable Object> T interruptibly(Supplier<T> work) {
        beginWork();
        try {
            return work.get();
        } catch (Throwable e) {
            EndedException.Reason reason = reason();
            if (reason != null) {
                throw new EndedException(reason);
            }
            throw e;
        } finally {
            finishWork();
        }
    }

    private synchronized void beginWork() {
        checkEnd();
        worker = Thread.currentThread();
    }

    private synchronized void finishWork() {
        worker = null;
        Thread.interrupted(); // The thread goes on to other tasks.
    }

    /**
     * Checks whether to go on.
     *
     * @throws EndedException if the task was ended
     */
    public synchronized void checkEnd() {
        if (end != null) {
            throw new EndedException(end);
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
     * Begins a call.
     *
     * @throws EndedException if the task was ended
     */
    synchronized void begin(RunHandle call) {
        checkEnd();
        running = call;
    }

    /** Ends the call, successful or not. */
    synchronized void finish() {
        running = null;
    }

    /** The reason why it was ended; null if it was not. */
    synchronized EndedException.@Nullable Reason reason() {
        return end;
    }
}
