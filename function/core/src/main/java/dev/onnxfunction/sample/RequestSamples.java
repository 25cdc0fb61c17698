package dev.onnxfunction.sample;

import dev.onnxfunction.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/**
 * Copies of some requests of clients with their answers, for a rollout that shows them to a
 * candidate. They are in memory only, while somebody asks for them and for {@value #LEASE_SECONDS}
 * seconds after; each copy is handed over once. At all other times a request costs one read of a
 * field. Thread-safe.
 */
public final class RequestSamples {

    static final int LEASE_SECONDS = 30;

    private static final Logger LOG = Logger.getLogger(RequestSamples.class.getName());

    private final String model;
    private final int memory;
    private final Duration lease;

    /** Null while nobody asks. */
    private volatile @Nullable SampleRing ring;

    /** How often somebody has asked. */
    private long asked;

    /**
     * @param model that predicts, for those who ask
     * @param memory bytes of all copies, at least 1
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
     * Takes a copy of a client's request if somebody asks for them.
     *
     * @param body of the request, JSON in UTF-8; may be changed afterwards
     * @param length bytes of it that count
     * @param answer to it, whole; may be changed afterwards
     */
    public void offer(byte[] body, int length, JsonWriter answer) {
        offer(body, length, answer.bytes(), answer.length());
    }

    /** Likewise, with an answer of which so many bytes count. */
    public void offer(byte[] body, int length, byte[] answer, int answerLength) {
        SampleRing current = ring;
        if (current != null) {
            current.offer(body, length, answer, answerLength);
        }
    }

    /** Whether a copy would be taken now, for those to whom it is work to make one. */
    public boolean isDue() {
        SampleRing current = ring;
        return current != null && current.isDue(System.nanoTime());
    }

    /** All copies since the last call, as JSON; from now on, there are further ones for a while. */
    public synchronized JsonWriter take() {
        SampleRing current = ring;
        if (current == null) {
            current = new SampleRing(memory);
            ring = current;
            LOG.info("A rollout samples requests, in memory. This is logged again when it ends.");
        }
        long call = ++asked;
        after(lease).execute(() -> end(call));
        JsonWriter json = new JsonWriter(4096).append("{\"model\":").appendString(model);
        json.append(",\"tooLarge\":").append((long) current.drainTooLarge());
        json.append(",\"requests\":");
        current.drain(json);
        return json.append('}');
    }

    /** Whether copies are taken. */
    boolean isSampling() {
        return ring != null;
    }

    private synchronized void end(long call) {
        if (call == asked) {
            ring = null;
            LOG.info("No rollout samples requests any more, and all samples are forgotten.");
        }
    }

    private static Executor after(Duration time) {
        return CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
