package dev.onnxfunction.sample;

import dev.onnxfunction.json.JsonWriter;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * The latest samples that fit into the memory. Of requests within {@value #MILLIS_BETWEEN} ms,
 * takes only the first, and none larger than {@value #MAX_BYTES} bytes. Thread-safe.
 */
final class SampleRing {

    static final int MILLIS_BETWEEN = 10;
    static final int MAX_BYTES = 64 * 1024;

    private static final long NANOS_BETWEEN = TimeUnit.MILLISECONDS.toNanos(MILLIS_BETWEEN);

    private final int memory;
    private final Queue<Sample> samples = new ArrayDeque<>();
    private int bytes;
    private int tooLarge;

    /** When the next sample is taken, by {@link System#nanoTime}. */
    private volatile long next;

    /**
     * @param memory maximum bytes of all samples
     */
    SampleRing(int memory) {
        this.memory = memory;
        next = System.nanoTime();
    }

    /** Copies a request, unless one was copied just before. */
    void offer(byte[] body, int length, byte[] answer, int answerLength) {
        long now = System.nanoTime();
        if (isDue(now)) {
            add(body, length, Arrays.copyOf(answer, answerLength), now);
        }
    }

    /** Whether the next copy is due. */
    boolean isDue(long now) {
        return now - next >= 0;
    }

    private synchronized void add(byte[] body, int length, byte[] answer, long now) {
        int size = Sample.bytes(length, answer.length);
        if (size > Math.min(MAX_BYTES, memory)) {
            tooLarge++;
            return;
        }
        if (now - next < 0) {
            return; // Another thread was faster.
        }
        next = now + NANOS_BETWEEN;
        samples.add(new Sample(Arrays.copyOf(body, length), answer));
        bytes += size;
        while (bytes > memory) {
            bytes -= samples.remove().bytes();
        }
    }

    /** Writes all samples as a JSON array, and removes them. */
    synchronized void drain(JsonWriter json) {
        char separator = '[';
        for (Sample sample : samples) {
            json.append(separator);
            sample.write(json);
            separator = ',';
        }
        json.append(samples.isEmpty() ? "[]" : "]");
        samples.clear();
        bytes = 0;
    }

    /** Number of requests that were too large since the last call. */
    synchronized int drainTooLarge() {
        int count = tooLarge;
        tooLarge = 0;
        return count;
    }
}
