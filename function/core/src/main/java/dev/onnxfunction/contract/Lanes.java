package dev.onnxfunction.contract;

import dev.onnxfunction.settings.Settings;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of all lanes except the event loops. Threads are started on demand. Thread-safe. */
public final class Lanes {

    private final Map<Lane, ThreadPoolExecutor> executors = new EnumMap<>(Lane.class);

    /** Lanes with as many threads as the machine's processors can use. */
    public Lanes(Settings settings) {
        int processors = Runtime.getRuntime().availableProcessors();
        executors.put(
                Lane.PREDICTIONS, executor("worker-", processors, new LinkedBlockingQueue<>()));
        executors.put(Lane.BATCHES, of(Lane.PREDICTIONS));
        executors.put(
                Lane.EXPLANATIONS,
                executor(
                        "explain-",
                        Math.max(1, processors / 2),
                        new ArrayBlockingQueue<>(settings.explain().maxWaiting())));
        executors.put(Lane.OTHERS, executor("other-", 1, new LinkedBlockingQueue<>()));
    }

    /** The executor of a lane; throws {@link RejectedExecutionException} if its queue is full. */
    public Executor executor(Lane lane) {
        return of(lane);
    }

    /** Queues work; returns false if this lane's queue is full. */
    public boolean execute(Lane lane, Runnable work) {
        try {
            of(lane).execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Removes work from the queue; returns false if it has begun. */
    public boolean withdraw(Lane lane, Runnable work) {
        return of(lane).remove(work);
    }

    /** Rejects further work, and ends the threads once the queued work is done. */
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
