package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes lines to a stream, many at a time: whoever has a line does not wait for the stream, unless
 * far more lines come than it takes. No line is lost while the stream works. Thread-safe.
 */
final class LineWriter {

    private static final int MAX_WAITING = 1 << 20;

    /** With so many bytes waiting, it is time to write. */
    private static final int MANY = MAX_WAITING / 4;

    /** How long a line waits for others, so that under load one system call writes hundreds. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final OutputStream out;
    private final Lock writing = new ReentrantLock();
    private final Lock buffer = new ReentrantLock();
    private final Condition lines = buffer.newCondition();
    private final Condition room = buffer.newCondition();
    private byte[] waiting = new byte[4096];
    private int length;
    private boolean started;

    LineWriter(OutputStream out) {
        this.out = out;
    }

    /** Adds a line, which ends with a line break, to those that are written soon. */
    void write(JsonWriter line) {
        buffer.lock();
        try {
            while (length > 0 && length + line.length() > MAX_WAITING) {
                room.awaitUninterruptibly();
            }
            int before = length;
            append(line);
            if (before == 0 || (before < MANY && length >= MANY)) {
                wake();
            }
        } finally {
            buffer.unlock();
        }
    }

    /** Writes all that waits. */
    void flush() {
        writing.lock();
        try {
            out.write(take());
        } catch (IOException e) {
            // There is nobody to tell: it is the log that is closed.
        } finally {
            writing.unlock();
        }
    }

    private void append(JsonWriter line) {
        int needed = length + line.length();
        if (needed > waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.max(2 * waiting.length, needed));
        }
        System.arraycopy(line.bytes(), 0, waiting, length, line.length());
        length = needed;
    }

    private byte[] take() {
        buffer.lock();
        try {
            byte[] taken = Arrays.copyOf(waiting, length);
            length = 0;
            room.signalAll();
            return taken;
        } finally {
            buffer.unlock();
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
            awaitLines();
            flush();
        }
    }

    private void awaitLines() {
        buffer.lock();
        try {
            while (length == 0) {
                lines.awaitUninterruptibly();
            }
            long left = PAUSE_NANOS;
            while (left > 0 && length < MANY) {
                left = lines.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts this thread.", e);
        } finally {
            buffer.unlock();
        }
    }
}
