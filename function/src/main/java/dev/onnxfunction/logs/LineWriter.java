package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * Writes lines to a stream on its own thread, many at a time. Callers never wait for the stream:
 * while the queue is full, lines are dropped and counted, and once the stream flows again, a line
 * reports their number. Thread-safe.
 */
final class LineWriter {

    /** Maximum bytes in the queue, unless a single line is longer. */
    static final int MAX_WAITING = 2 << 20;

    /** Queued bytes that trigger a write. */
    private static final int MANY = 1 << 18;

    /** Maximum delay of a line, so that under load one system call writes hundreds. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Lines that are queued or being written. */
    private static final class Batch {
        private byte[] bytes = new byte[4096];
        private int length;
        private int lines;

        void append(JsonWriter line) {
            int needed = length + line.length();
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, needed));
            }
            System.arraycopy(line.bytes(), 0, bytes, length, line.length());
            length = needed;
            lines++;
        }

        boolean hasRoomFor(JsonWriter line) {
            return length == 0 || length + line.length() <= MAX_WAITING;
        }

        void clear() {
            length = 0;
            lines = 0;
        }
    }

    private final OutputStream out;
    private final LongFunction<JsonWriter> report;
    private final Lock lock = new ReentrantLock();
    private final Condition lines = lock.newCondition();
    private final Condition written = lock.newCondition();
    private final AtomicLong dropped = new AtomicLong();
    private Batch waiting = new Batch();
    private Batch taken = new Batch();
    private boolean started;
    private boolean urgent;
    private boolean writing;
    private long reported;

    /**
     * @param report creates the line that reports the number of dropped lines
     */
    LineWriter(OutputStream out, LongFunction<JsonWriter> report) {
        this.out = out;
        this.report = report;
    }

    /** Queues a line, which ends with a line break. */
    void write(JsonWriter line) {
        add(line, false);
    }

    /** Queues a line that is written without delay. */
    void writeAtOnce(JsonWriter line) {
        add(line, true);
    }

    /** Number of lines that were dropped since the start. */
    long dropped() {
        return dropped.get();
    }

    /** Waits until the stream has taken all lines, at most for this time. */
    void await(long nanos) {
        lock.lock();
        try {
            urgent = true;
            lines.signal();
            long left = nanos;
            while ((waiting.length > 0 || writing) && left > 0) {
                left = written.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void add(JsonWriter line, boolean atOnce) {
        lock.lock();
        try {
            if (!waiting.hasRoomFor(line)) {
                dropped.incrementAndGet();
                return;
            }
            int before = waiting.length;
            waiting.append(line);
            urgent |= atOnce;
            if (atOnce || before == 0 || (before < MANY && waiting.length >= MANY)) {
                wake();
            }
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        if (started) {
            lines.signal();
        } else {
            started = true;
            Thread.ofPlatform().daemon().name("log").start(this::writeForEver);
        }
    }

    private void writeForEver() {
        while (true) {
            long droppedBefore = take();
            boolean works = put(taken);
            if (works && droppedBefore > reported) {
                // At the place of the dropped lines, which found no room behind these lines.
                taken.clear();
                taken.append(report.apply(droppedBefore - reported));
                if (put(taken)) {
                    reported = droppedBefore;
                }
            }
            done();
        }
    }

    /** Waits for lines and takes all of them; returns the number of lines dropped until then. */
    private long take() {
        lock.lock();
        try {
            awaitLines();
            Batch next = waiting;
            waiting = taken;
            waiting.clear();
            taken = next;
            urgent = false;
            writing = true;
            return dropped.get();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts this thread.", e);
        } finally {
            lock.unlock();
        }
    }

    private void awaitLines() throws InterruptedException {
        while (waiting.length == 0) {
            lines.await();
        }
        long left = PAUSE_NANOS;
        while (left > 0 && !urgent && waiting.length < MANY) {
            left = lines.awaitNanos(left);
        }
    }

    /** Whether the stream took the lines. If it fails, they are lost too. */
    private boolean put(Batch batch) {
        try {
            out.write(batch.bytes, 0, batch.length);
            return true;
        } catch (IOException e) {
            dropped.addAndGet(batch.lines);
            return false;
        }
    }

    private void done() {
        lock.lock();
        try {
            writing = false;
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
