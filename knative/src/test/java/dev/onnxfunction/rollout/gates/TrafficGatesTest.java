package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Instance;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The pods are watched while another gate waits for an answer. */
@Timeout(60)
class TrafficGatesTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration OFTEN = Duration.ofMillis(1);

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger restarts = new AtomicInteger();
    private final CountDownLatch looks = new CountDownLatch(10);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Exception unlisted;

    @Test
    void aRestartEndsAGateThatWaits() throws Exception {
        Verdict verdict = run(1, () -> waitAfter(restarts::incrementAndGet));

        assertThat(verdict)
                .asString()
                .contains("Gate 'restarts': pod ended and is started again. See why:");
        assertThat(output.toString(StandardCharsets.UTF_8)).containsPattern("restarts.*FAILED");
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void aRestartWhileTheGatesEndIsTheVerdict() throws Exception {
        Verdict verdict =
                run(
                        1,
                        () -> {
                            restarts.incrementAndGet();
                            while (!Thread.currentThread().isInterrupted()) {
                                Thread.onSpinWait();
                            }
                        });

        assertThat(verdict).asString().contains("Gate 'restarts': ");
    }

    @Test
    void gatesThatWaitWithoutARestartPass() throws Exception {
        assertThat(run(1, looks::await)).isEqualTo(new Passed(1, START));
    }

    @Test
    void aSignalEndsAGateThatWaits() {
        Thread command = Thread.currentThread();

        assertThatThrownBy(() -> run(1, () -> waitAfter(command::interrupt)))
                .isInstanceOf(InterruptedException.class);
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void aDefectOfAGateIsReportedAsItIs() {
        IllegalStateException defect = new IllegalStateException("a defect");

        assertThatThrownBy(
                        () ->
                                run(
                                        1,
                                        () -> {
                                            throw defect;
                                        }))
                .isSameAs(defect);
    }

    @Test
    void aDefectOfTheScrapeEndsAGateThatWaits() {
        RuntimeException defect = new IllegalStateException("a defect");

        assertThatThrownBy(() -> run(1, () -> waitAfter(() -> unlisted = defect))).isSameAs(defect);
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void gatesGoOnWhileThePodsCannotBeListed() throws Exception {
        unlisted = new PlatformException("The API server is away.", false, null);

        assertThat(run(1, looks::await)).isEqualTo(new Passed(1, START));
    }

    /** Nobody waits for the candidate then, and its first requests may be late. */
    @Test
    void beforeThereIsTrafficTheGatesAloneDecideHowLongTheyWait() throws Exception {
        assertThat(run(0, restarts::incrementAndGet)).asString().contains("Gate 'restarts': ");
        assertThat(looks.getCount()).as("before and after the gates").isEqualTo(8);
    }

    @FunctionalInterface
    private interface Event {
        void happens() throws InterruptedException;
    }

    /** Waits for an answer that never comes. */
    private void waitAfter(Runnable event) throws InterruptedException {
        event.run();
        try {
            never.await();
        } finally {
            ended.countDown();
        }
    }

    private Verdict run(int stage, Event meanwhile) throws InterruptedException {
        Gates first =
                (running, _) -> {
                    meanwhile.happens();
                    return new Passed(running.stage(), START);
                };
        Limits limits =
                new Limits(
                        null,
                        null,
                        new EvaluationLimits(1.05, 1.25, List.of(), 50, false, true, false),
                        10,
                        0.75,
                        new LatencyLimits(1.5, Duration.ofMillis(5), 100),
                        0.9);
        PrintStream text = new PrintStream(output, true, StandardCharsets.UTF_8);
        TrafficGates gates =
                new TrafficGates(
                        first,
                        limits,
                        () -> 0,
                        RevisionAccess.DIRECT,
                        () -> START,
                        new ProgressPrinter(text, false, () -> START),
                        OFTEN);
        Platform platform =
                new AddressedRevisions(
                        tag -> URI.create("http://" + tag),
                        revision -> revision.equals("candidate") ? pods() : List.of());
        RolloutPlan plan =
                new RolloutPlan(List.of(50, 100), Duration.ofSeconds(60), Duration.ofMinutes(5));
        Rollout rollout = new Rollout("id", "candidate", "live", plan);
        return gates.run(new Running(rollout, stage, START), platform);
    }

    private List<Instance> pods() throws PlatformException {
        looks.countDown();
        switch (unlisted) {
            case PlatformException failure -> throw failure;
            case RuntimeException defect -> throw defect;
            case null, default -> {}
        }
        return List.of(
                new Instance("uid", "pod", null, "not asked", START, restarts.get(), false, 0));
    }
}
