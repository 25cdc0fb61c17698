package dev.onnxfunction.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.json.JsonWriter;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Copies are limited in number, size and time. */
class RequestSamplesTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Logger LOG = Logger.getLogger(RequestSamples.class.getName());

    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.WARNING);
    }

    @AfterAll
    static void beAsBefore() {
        LOG.setLevel(null);
    }

    @Test
    void nothingIsKeptBeforeSomebodyAsks() {
        RequestSamples samples = new RequestSamples("m@1", 1 << 20);
        offer(samples, "{\"a\":1}");

        assertThat(samples.isSampling()).isFalse();
        assertThat(take(samples).get("requests")).isEmpty();
        assertThat(samples.isSampling()).isTrue();
    }

    @Test
    @Timeout(300)
    void ofABurstFewAreCopied() {
        RequestSamples samples = new RequestSamples("m@1", 1 << 20);
        take(samples);
        long begin = System.nanoTime();
        for (int i = 0; i < 2000; i++) {
            offer(samples, "{\"a\":1}");
        }
        long millis = (System.nanoTime() - begin) / 1_000_000;

        assertThat(take(samples).get("requests").size())
                .isBetween(1, (int) (millis / SampleRing.MILLIS_BETWEEN + 1));
    }

    @Test
    @Timeout(300)
    void ofMoreThanTheMemoryTakesTheLatestStay() {
        RequestSamples samples = new RequestSamples("m@1", 250);
        take(samples);
        for (int i = 0; i < 12; i++) {
            offerLater(samples, "{\"a\":" + i + "}");
        }

        JsonNode requests = take(samples).get("requests");
        assertThat(requests)
                .hasSize(
                        3); // Each copy takes 64 bytes, a body of 7 or 8 bytes, and an answer of 1.
        assertThat(requests.get(0).get("body").asString()).isEqualTo("{\"a\":9}");
        assertThat(requests.get(2).get("body").asString()).isEqualTo("{\"a\":11}");
        assertThat(requests.get(2).get("answer").asInt()).isEqualTo(7);
    }

    @Test
    void whatIsTooLargeIsCounted() {
        RequestSamples samples = new RequestSamples("m@1", 1 << 20);
        take(samples);
        offer(samples, "{\"a\":1" + " ".repeat(SampleRing.MAX_BYTES) + "}");

        JsonNode taken = take(samples);
        assertThat(taken.get("requests")).isEmpty();
        assertThat(taken.get("tooLarge").asInt()).isEqualTo(1);
        assertThat(take(samples).get("tooLarge").asInt()).isZero();
    }

    @Test
    @Timeout(300)
    void afterItsTimeEverythingIsForgotten() {
        RequestSamples samples = new RequestSamples("m@1", 1 << 20, Duration.ofMillis(100));
        take(samples);
        offer(samples, "{\"a\":1}");
        while (samples.isSampling()) {
            Thread.onSpinWait();
        }

        assertThat(take(samples).get("requests")).isEmpty();
    }

    /** Prints the figures in README.md; the bounds are far higher, for slower machines. */
    @Test
    void itCostsARequestNextToNothing() {
        byte[] body = new byte[187];
        JsonWriter answer = new JsonWriter(8).append('7');
        RequestSamples off = new RequestSamples("m@1", 1 << 20);
        RequestSamples on = new RequestSamples("m@1", 1 << 20);
        take(on);

        double offNanos = nanos(() -> off.offer(body, body.length, answer));
        double onNanos = nanos(() -> on.offer(body, body.length, answer));

        System.out.printf("offered: %.1f ns while off, %.1f ns while on%n", offNanos, onNanos);
        assertThat(offNanos).isLessThan(1000);
        assertThat(onNanos).isLessThan(10_000);
    }

    /**
     * Returns the processor time of one call in ns: the minimum of several rounds, because
     * disturbances only add.
     */
    private static double nanos(Runnable call) {
        double best = Double.POSITIVE_INFINITY;
        for (int round = 0; round < 30; round++) {
            long begin = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < 20_000; i++) {
                call.run();
            }
            best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - begin) / 20_000.0);
        }
        return best;
    }

    private static JsonNode take(RequestSamples samples) {
        return JSON.readTree(samples.take().toString());
    }

    private static void offer(RequestSamples samples, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        samples.offer(bytes, bytes.length, new JsonWriter(8).append('7'));
    }

    /** Offers a request after a pause, because one that directly follows another is not copied. */
    private static void offerLater(RequestSamples samples, String body) {
        long end = System.nanoTime() + SampleRing.MILLIS_BETWEEN * 1_000_000L;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        offer(samples, body);
    }
}
