package dev.onnxfunction.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A thread that waits for sockets, tasks and timers, and handles one at a time. Only that thread
 * calls the methods, except where they say otherwise.
 */
final class EventLoop implements Executor, Consumer<SelectionKey> {

    /** A channel that waits for the operations of its key. */
    interface Waiting {

        /** Handles the operations that are ready. */
        void ready(int operations) throws IOException;

        /** Handles a failure of {@link #ready}. */
        void failed(Throwable failure);

        /** Closes the channel. */
        void close();
    }

    /** An action at a time. */
    static final class Timer implements Comparable<Timer> {

        private final long at;
        private final Runnable action;

        private Timer(long at, Runnable action) {
            this.at = at;
            this.action = action;
        }

        private long left() {
            return at - System.nanoTime();
        }

        @Override
        public int compareTo(Timer other) {
            return Long.compare(at - other.at, 0); // Times by System.nanoTime may overflow.
        }
    }

    /** Maximum bytes that a loop for small requests reads or writes at a time. */
    static final int PIECE = 64 * 1024;

    /** Bytes that are decoded at a time: a usual request. */
    static final int DECODED = 16 * 1024;

    /** Tasks that run before sockets get their turn, even if other threads keep adding some. */
    private static final int AT_ONCE = 1024;

    private final Selector selector;
    private final Thread thread;
    private final Consumer<Throwable> defects;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<Timer> timers = new PriorityQueue<>();

    /**
     * Native memory for what is read, of all connections, because each handles its bytes before the
     * next reads.
     */
    final ByteBuffer received;

    /** The same for what is sent, because a response is sent while bytes after it are handled. */
    final ByteBuffer sending;

    /** Space to decode received bytes in, likewise. */
    final byte[] decoded = new byte[DECODED];

    /** Arrays for bodies, likewise. */
    final SpareArrays spares = new SpareArrays();

    /**
     * Since when the thread waits for sockets, or is about to, so that others must wake it; 0 while
     * it has something to do.
     */
    private volatile long waitingSince;

    private volatile boolean ended;

    /**
     * @param defects handles failures of tasks and timers
     */
    EventLoop(String name, Consumer<Throwable> defects) {
        this(name, PIECE, defects);
    }

    /**
     * @param piece maximum bytes that are read or written at a time
     * @param defects handles failures of tasks and timers
     */
    EventLoop(String name, int piece, Consumer<Throwable> defects) {
        this.received = ByteBuffer.allocateDirect(piece);
        this.sending = ByteBuffer.allocateDirect(piece);
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.defects = defects;
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    /** Starts the thread; called once, on any thread. */
    void start() {
        thread.start();
    }

    /** Runs a task after the current one; called on any thread. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waitingSince != 0 && !isCurrent()) {
            selector.wakeup();
        }
    }

    /** Whether the caller is on this loop's thread; called on any thread. */
    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Whether it has had nothing to do for this number of nanoseconds; called on any thread. */
    boolean isIdle(long nanos) {
        long since = waitingSince;
        return since != 0 && System.nanoTime() - since > nanos;
    }

    Timer schedule(long nanos, Runnable action) {
        Timer timer = new Timer(System.nanoTime() + nanos, action);
        timers.add(timer);
        return timer;
    }

    /** Forgets a timer. Takes time in proportion to the number of timers. */
    void cancel(Timer timer) {
        timers.remove(timer);
    }

    /**
     * Waits for operations of a channel from now on. A channel that has left this loop and comes
     * back is registered by a task, not by a {@link Waiting#ready}.
     */
    SelectionKey register(SelectableChannel channel, int operations, Waiting waiting)
            throws IOException {
        if (channel.keyFor(selector) != null) { // It has just left, and comes back.
            selector.selectNow(_ -> {}); // Drops its canceled key; all events are reported again.
        }
        return channel.register(selector, operations, waiting);
    }

    /**
     * Closes all channels and ends the thread after the current task; called on any thread, also if
     * the thread was never started.
     */
    void end() {
        ended = true;
        if (thread.getState() == Thread.State.NEW) {
            closeChannels();
        } else {
            selector.wakeup();
        }
    }

    /**
     * Waits for the end of the thread; called on any thread.
     *
     * @param deadline when the wait ends at the latest, by {@link System#nanoTime}
     */
    void awaitEnd(long deadline) throws InterruptedException {
        long left = deadline - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.timedJoin(thread, left);
        }
    }

    private void run() {
        while (!ended) {
            try {
                select();
                runTasks();
                runTimers();
            } catch (Throwable e) {
                report(e);
            }
        }
        closeChannels();
    }

    private void report(Throwable defect) {
        try {
            defects.accept(defect);
        } catch (Throwable _) {
            // All other connections of this thread are still served.
        }
    }

    private void select() throws IOException {
        Timer next = timers.peek();
        long now = System.nanoTime();
        long nanos = next == null ? Long.MAX_VALUE : next.at - now;
        waitingSince = now | 1; // From here on, a task is seen below or its thread wakes this one.
        if (nanos <= 0 || !tasks.isEmpty()) {
            waitingSince = 0;
            selector.selectNow(this);
        } else {
            // Rounded up, so that the timer is due afterwards.
            selector.select(this, next == null ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
            waitingSince = 0;
        }
    }

    @Override
    public void accept(SelectionKey key) {
        waitingSince = 0;
        Waiting channel = (Waiting) key.attachment();
        try {
            if (key.isValid()) { // Another channel's handler may have closed this one.
                channel.ready(key.readyOps());
            }
        } catch (Throwable e) {
            channel.failed(e);
        }
    }

    private void runTasks() {
        for (int i = 0; i < AT_ONCE; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            task.run();
        }
    }

    private void runTimers() {
        for (Timer timer = timers.peek();
                timer != null && timer.left() <= 0;
                timer = timers.peek()) {
            timers.remove();
            timer.action.run();
        }
    }

    private void closeChannels() {
        try {
            for (SelectionKey key : selector.keys()) {
                ((Waiting) key.attachment()).close();
            }
            selector.close();
        } catch (IOException | RuntimeException e) {
            defects.accept(e);
        }
    }
}
