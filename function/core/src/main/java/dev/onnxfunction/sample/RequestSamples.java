package dev.onnxfunction.sample;

import dev.onnxfunction.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/**
 * Copies some requests of clients with their responses, for a rollout that sends them to a
 * candidate. Copies exist only in memory, while a rollout requests them and for {@value
 * #LEASE_SECONDS} seconds afterwards; each copy is returned once. At all other times, a request
 * costs one read of a field. Thread-safe.
 */
public final class RequestSamples {

    static final int LEASE_SECONDS = 30;

    private static final Logger LOG = Logger.getLogger(RequestSamples.class.getName());

    private final String model;
    private final int memory;
    private final Duration lease;

    /** Null while copying is off. */
    private volatile @Nullable SampleRing ring;

    /** Number of calls of a rollout. */
    private long calls;

    /**
     * @param model label of the model that predicts
     * @param memory maximum bytes of all copies, at least 1
     */
    public RequestSamples(String model, int memory) {
        this(model, memory, Duration.ofSeconds(LEASE_SECONDS));
    }

    RequestSamples(String model, int memory, Duration lease) {
        this.model = model;
        this.memory = memory;
        this.lease = lease;
    }

    /**
     * Copies a client's request if copying is on.
     *
     * @param body body of the request, JSON in UTF-8; may change afterwards
     * @param length number of valid bytes in {@code body}
     * @param answer whole response body; may change afterwards
     */
    public void offer(byte[] body, int length, JsonWriter answer) {
        offer(body, length, answer.bytes(), answer.length());
    }

    /** Likewise, with the number of valid bytes of the response. */
    public void offer(byte[] body, int length, byte[] answer, int answerLength) {
        SampleRing current = ring;
        if (current != null) {
            current.offer(body, length, answer, answerLength);
        }
    }

    /** Whether a copy would be taken now, for callers that must first create one. */
    public boolean isDue() {
        SampleRing current = ring;
        return current != null && current.isDue(System.nanoTime());
    }

    /** Returns all copies since the last call, as JSON, and keeps copying on for a while. */
    public synchronized JsonWriter take() {
        SampleRing current = ring;
        if (current == null) {
            current = new SampleRing(memory);
            ring = current;
            LOG.info("A rollout samples requests, in memory. The log reports when it ends.");
        }
        long call = ++calls;
        after(lease).execute(() -> end(call));
        JsonWriter json = new JsonWriter(4096).append("{\"model\":").appendString(model);
        json.append(",\"tooLarge\":").append((long) current.drainTooLarge());
        json.append(",\"requests\":");
        current.drain(json);
        return json.append('}');
    }

    /** Whether copying is on. */
    boolean isSampling() {
        return ring != null;
    }

    private synchronized void end(long call) {
        if (call == calls) {
            ring = null;
            LOG.info("No rollout samples requests any more; all samples are deleted.");
        }
    }

    private static Executor after(Duration time) {
        return CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
