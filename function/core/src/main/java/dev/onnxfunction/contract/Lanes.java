package dev.onnxfunction.contract;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of all lanes but the event loops'. Each is started when it is needed. Thread-safe.
 */
public final class Lanes {

    private final Map<Lane, ThreadPoolExecutor> executors = new EnumMap<>(Lane.class);

    /**
     * @param processors of the machine
     * @param maxWaiting explanations that wait for their turn
     */
    public Lanes(int processors, int maxWaiting) {
        executors.put(
                Lane.PREDICTIONS, executor("worker-", processors, new LinkedBlockingQueue<>()));
        executors.put(
                Lane.EXPLANATIONS,
                executor(
                        "explain-",
                        Math.max(1, processors / 2),
                        new ArrayBlockingQueue<>(maxWaiting)));
        executors.put(Lane.OTHERS, executor("other-", 1, new LinkedBlockingQueue<>()));
    }

    /** The threads of a lane; they throw {@link RejectedExecutionException} if too much waits. */
    public Executor executor(Lane lane) {
        return of(lane);
    }

    /** Has work done; false if too much waits in this lane already. */
    public boolean execute(Lane lane, Runnable work) {
        try {
            of(lane).execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Takes back work that nobody needs any more; false if it has begun. */
    public boolean withdraw(Lane lane, Runnable work) {
        return of(lane).remove(work);
    }

    /** Takes no more, and ends the threads once they have done what they have. */
    public void shutdown() {
        executors.values().forEach(ThreadPoolExecutor::shutdown);
    }

    private ThreadPoolExecutor of(Lane lane) {
        ThreadPoolExecutor executor = executors.get(lane);
        if (executor == null) {
            throw new IllegalArgumentException(lane + " has no threads of its own.");
        }
        return executor;
    }

    private static ThreadPoolExecutor executor(
            String name, int threads, BlockingQueue<Runnable> queue) {
        return new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                queue,
                Thread.ofPlatform().name(name, 0).factory());
    }
}
