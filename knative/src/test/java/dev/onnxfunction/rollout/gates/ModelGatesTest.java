package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Untested;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationFile;
import dev.onnxfunction.rollout.report.ProgressPrinter;
import dev.onnxfunction.rollout.testing.FakeIngress;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;
import dev.onnxfunction.rollout.testing.FakeIngress.Flaw.Kind;
import dev.onnxfunction.rollout.testing.Pauses;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Each gate, against functions behind an ingress that routes by the Host header. */
@Tag("slow")
class ModelGatesTest {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final FakeFunction LIVE = FakeFunction.of("m@1", ModelGatesTest::exact);

    /** y is 2 x, except in the last row. */
    private static final String EVALUATION = "x,y\n1,2\n2,4\n3,6\n4,9\n";

    private static final String PARITY =
            "{\"model\": \"m@2\", \"rows\": [{\"x\": 1}, {\"x\": 2}], \"predictions\": [2, 4]}";

    /**
     * A request ends before. If noise could count as slowness, the latency would be measured again,
     * with more requests than are expected here.
     */
    private static final Duration NO_LIMIT = Duration.ofMinutes(1);

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private FakeIngress ingress;

    @TempDir private Path folder;

    private static double exact(JsonNode row) {
        return 2 * row.path("x").doubleValue();
    }

    /**
     * A row of the table.
     *
     * @param problem text that the verdict must contain; empty if the candidate passes
     */
    record Row(String name, FakeFunction candidate, String problem) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> candidates() {
        FakeFunction good = FakeFunction.of("m@2", ModelGatesTest::exact);
        return Stream.of(
                new Row("a good one", good, ""),
                new Row(
                        "another model",
                        FakeFunction.of("m@3", ModelGatesTest::exact),
                        "Gate 'model': It serves m@3 where m@2 was meant."),
                new Row(
                        "not what was exported",
                        FakeFunction.of("m@2", row -> exact(row) + 1e-6),
                        "Gate 'parity': Its predictions differ from the exporter's by 5.0e-07"),
                new Row(
                        "an error",
                        good.answering(500),
                        "Gate 'errors': 3 of 4 requests failed, which is more than 2. The last one:"
                            + " POST http://candidate-m.models.example.com/predict answers 500"),
                new Row(
                        "no number",
                        FakeFunction.of("m@2", _ -> Double.NaN),
                        "which has no prediction"),
                new Row(
                        "slow now and then",
                        good.stalling(400),
                        "Gate 'p99': Its p99 from here is "));
    }

    @BeforeEach
    void start() throws IOException {
        ingress = new FakeIngress();
        ingress.serve("live-", LIVE);
    }

    @AfterEach
    void stop() {
        ingress.close();
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void aCandidatePassesAllOrNot(Row row) throws Exception {
        ingress.serve("candidate-", row.candidate());

        boolean slow = row.candidate().millis() > 0;
        Duration slack = slow ? Duration.ofMillis(5) : NO_LIMIT;
        Verdict verdict = run(limits(0.75, slack), 0);
        // Live may be as slow once, by chance, on a busy machine.
        for (int attempt = 1; slow && attempt < 10 && verdict instanceof Passed; attempt++) {
            verdict = run(limits(0.75, slack), 0);
        }

        if (row.problem().isEmpty()) {
            assertThat(verdict).isInstanceOf(Passed.class);
        } else {
            assertThat(verdict)
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed -> assertThat(failed.reason()).contains(row.problem()));
        }
    }

    @Test
    void aCandidateThatMovesTooFarIsRefused() throws Exception {
        ingress.serve(
                "candidate-",
                FakeFunction.of("m@2", row -> row.path("x").asInt() == 4 ? 9 : exact(row)));

        // The candidate is right and live is not; their predictions differ by 1 / 2, and live's
        // standard deviation is √5.
        assertThat(run(limits(0.2237), 0)).isInstanceOf(Passed.class);
        assertThat(run(limits(0.2236), 0))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed ->
                                assertThat(failed.reason())
                                        .contains("are 0.224 standard deviations from live's"));
        assertThat(output.toString(StandardCharsets.UTF_8))
                .contains("Predictions of the candidate minus those of live")
                .containsPattern("shift +0.2236 sd +≤ 0.2236 sd +FAILED");
    }

    /**
     * A row of the table of which revision is to blame.
     *
     * @param verdict its class
     * @param said text that the reason or the table must contain
     */
    record Blame(
            String name,
            FakeFunction live,
            FakeFunction candidate,
            Class<? extends Verdict> verdict,
            List<String> said) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Blame> blames() {
        FakeFunction live = FakeFunction.of("m@1", ModelGatesTest::exact);
        FakeFunction good = FakeFunction.of("m@2", ModelGatesTest::exact);
        FakeFunction bad = FakeFunction.of("m@2", row -> exact(row) + 1);
        return Stream.of(
                new Blame(
                        "one answer is cut short",
                        live,
                        good.with(Kind.CUT_SHORT, 200),
                        Passed.class,
                        List.of("0 of 212, 0 retried", "1 of 306, 0 retried")),
                new Blame(
                        "one connection is lost",
                        live,
                        good.with(Kind.CLOSED, 200),
                        Passed.class,
                        List.of("0 of 212, 0 retried", "0 of 306, 1 retried")),
                new Blame(
                        "the gateway has no pod for a moment",
                        live.with(Kind.UNAVAILABLE, 150),
                        good,
                        Passed.class,
                        List.of("0 of 213, 1 retried", "0 of 305, 0 retried")),
                new Blame(
                        "the candidate answers 500 now and then",
                        live,
                        good.with(Kind.ERROR, 30),
                        Failed.class,
                        List.of(
                                "3 of 93 requests failed, which is more than 2. The last one: POST"
                                        + " http://candidate-m.models.example.com/predict answers"
                                        + " 500")),
                new Blame(
                        "live answers 500 now and then: the candidate is not to blame",
                        live.with(Kind.ERROR, 30),
                        good,
                        Passed.class,
                        List.of("7 of 219, 0 retried", "0 of 305, 0 retried")),
                new Blame(
                        "only the candidate loses connections",
                        live,
                        good.with(Kind.CLOSED, 15),
                        Failed.class,
                        List.of("15 requests to it had to be repeated, and 0 to live")),
                new Blame(
                        "live is unavailable",
                        live.with(Kind.UNAVAILABLE, 1),
                        good,
                        LiveFailed.class,
                        List.of(
                                "old failed, which is live: GET http://live-m.models.example.com"
                                        + "/actuator/health/readiness answers 503",
                                "The candidate is judged alone, and compared with nothing:")),
                new Blame(
                        "live is unavailable, and the candidate is another model",
                        live.with(Kind.UNAVAILABLE, 1),
                        bad,
                        Failed.class,
                        List.of("Gate 'parity': ", "And old failed, which is live: ")),
                new Blame(
                        "neither is available",
                        live.with(Kind.UNAVAILABLE, 1),
                        good.with(Kind.UNAVAILABLE, 1),
                        Untested.class,
                        List.of("Neither revision answers, so none was judged.")),
                new Blame(
                        "neither predicts in time, but both are ready",
                        live.answering(504),
                        good.answering(504),
                        Untested.class,
                        List.of(
                                "Neither revision answers, so none was judged. 3 of 5 requests"
                                        + " failed",
                                "And live, too: POST http://live-m.models.example.com/predict"
                                        + " answers 504")),
                new Blame(
                        "only the candidate does not predict in time",
                        live,
                        good.answering(504),
                        Failed.class,
                        List.of("Gate 'errors': 3 of 5 requests failed")),
                new Blame(
                        "only live does not predict in time",
                        live.answering(504),
                        good,
                        LiveFailed.class,
                        List.of(
                                "old failed, which is live: POST http://live-m.models.example.com"
                                        + "/predict answers 504")),
                new Blame(
                        "neither takes the key",
                        live.answering(401),
                        good.answering(401),
                        Untested.class,
                        List.of("--header-env Authorization=VARIABLE")),
                new Blame(
                        "the candidate does not take the key that live takes",
                        live,
                        good.answering(401),
                        Failed.class,
                        List.of("http://candidate-m.models.example.com/model answers 401")),
                new Blame(
                        "live does not take the key that the candidate takes",
                        live.answering(403),
                        good,
                        Untested.class,
                        List.of("http://live-m.models.example.com/model answers 403")));
    }

    @ParameterizedTest
    @MethodSource("blames")
    void theOneThatFailedIsBlamed(Blame blame) throws Exception {
        ingress.serve("candidate-", blame.candidate());
        ingress.serve("live-", blame.live());

        // Before traffic, an address may take a minute to be routed.
        Verdict verdict = run(limits(1), blame.verdict() == Passed.class ? 0 : 1);

        assertThat(verdict).isInstanceOf(blame.verdict());
        assertThat(verdict + output.toString(StandardCharsets.UTF_8)).contains(blame.said());
    }

    @Test
    void probesThatBothRefuseAreNoErrorsHoweverOftenTheGatesRun() throws Exception {
        FakeFunction onlyWhole =
                FakeFunction.of(
                        "m@2",
                        row ->
                                row.path("x").asDouble() % 1 == 0
                                        ? exact(row)
                                        : Double.POSITIVE_INFINITY);
        ingress.serve("live-", onlyWhole);
        ingress.serve("candidate-", onlyWhole);
        Path evaluation = Files.writeString(folder.resolve("rows.csv"), EVALUATION);
        ModelGates gates = gates(limits(1), null, EvaluationFile.read(evaluation));

        for (int round = 0; round < 4; round++) {
            assertThat(run(gates, 0)).isInstanceOf(Passed.class);
        }
        assertThat(output.toString(StandardCharsets.UTF_8))
                .contains("unknown: live refuses some, too");
    }

    @Test
    void withoutAGatewayNobodyIsBlamed() throws Exception {
        ingress.close();

        assertThat(run(limits(1), 0))
                .isInstanceOfSatisfying(
                        Untested.class,
                        untested ->
                                assertThat(untested.reason())
                                        .startsWith("Nothing listens at 127.0.0.1:")
                                        .contains(", where --via sends all requests"));
    }

    @Test
    void bothAreTimedWithTheSameRowsInTurn() throws Exception {
        FakeFunction live = FakeFunction.of("m@1", ModelGatesTest::exact);
        FakeFunction candidate = FakeFunction.of("m@2", ModelGatesTest::exact);
        ingress.serve("live-", live);
        ingress.serve("candidate-", candidate);

        assertThat(run(limits(1), 0)).isInstanceOf(Passed.class);

        assertThat(asked(candidate)).isEqualTo(asked(live)).hasSize(200);
        assertThat(Set.copyOf(candidate.asked())).hasSize(4);
        assertThat(output.toString(StandardCharsets.UTF_8))
                .contains("from where this command runs, network included, with 4 rows in turn");
    }

    /** Rows in the order of the requests. One that fails on a loaded machine is sent again. */
    private static List<JsonNode> asked(FakeFunction function) {
        List<JsonNode> rows = new ArrayList<>();
        for (JsonNode row : function.asked()) {
            if (rows.isEmpty() || !rows.getLast().equals(row)) {
                rows.add(row);
            }
        }
        return rows;
    }

    @Test
    void singleSlowRequestsInThreeRoundsAreNotYetSlowness() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ingress.serve(
                "candidate-",
                FakeFunction.of(
                        "m@2",
                        row -> {
                            // 100 warm-up requests, and three rounds of 100.
                            int request = asked.incrementAndGet();
                            if (request > 100 && request <= 400 && request % 50 == 20) {
                                LockSupport.parkNanos(Duration.ofMillis(1200).toNanos());
                            }
                            return exact(row);
                        }));

        assertThat(run(limits(0.75, Duration.ofMillis(400)), 0, null, null))
                .isInstanceOf(Passed.class);
    }

    private static Limits limits(double shift) {
        return limits(shift, NO_LIMIT);
    }

    private static Limits limits(double shift, Duration slack) {
        // Four rows are too few for a decision.
        EvaluationLimits errors =
                new EvaluationLimits(1.05, 1.25, List.of(), 2, false, true, false);
        return new Limits(null, null, errors, 10, shift, new LatencyLimits(1.5, slack, 100), 0.9);
    }

    @Test
    void withoutRowsOnlyTheExampleOfTheCardIsAsked() throws Exception {
        ingress.serve("candidate-", FakeFunction.of("m@2", _ -> 77));

        assertThat(run(limits(0.75), 0, null, null)).isInstanceOf(Passed.class);
        assertThat(output.toString(StandardCharsets.UTF_8))
                .containsPattern("RMSE +unknown: give rows with --evaluation");
    }

    private Verdict run(Limits limits, int stage) throws Exception {
        Path parity = Files.writeString(folder.resolve("parity.json"), PARITY);
        Path evaluation = Files.writeString(folder.resolve("rows.csv"), EVALUATION);
        return run(limits, stage, ParityRows.read(parity), EvaluationFile.read(evaluation));
    }

    private Verdict run(
            Limits limits, int stage, @Nullable ParityRows parity, @Nullable Evaluation evaluation)
            throws Exception {
        return run(gates(limits, parity, evaluation), stage);
    }

    private ModelGates gates(
            Limits limits, @Nullable ParityRows parity, @Nullable Evaluation evaluation) {
        return new ModelGates(
                limits,
                new ErrorBudget(0.001),
                parity,
                evaluation,
                null,
                new RevisionAccess(ingress.address(), Map.of()),
                CLOCK,
                Pauses.SHORT,
                new ProgressPrinter(
                        new PrintStream(output, true, StandardCharsets.UTF_8), false, CLOCK));
    }

    private static Verdict run(ModelGates gates, int stage) throws Exception {
        RolloutPlan plan = new RolloutPlan(List.of(100), Duration.ZERO, Duration.ofSeconds(9));
        return gates.run(
                new Running(new Rollout("id", "new", "old", plan), stage, Instant.now()),
                addresses());
    }

    /** The addresses that Knative would assign. */
    private static Platform addresses() {
        return new AddressedRevisions(
                tag -> URI.create("http://" + tag + "-m.models.example.com"), _ -> List.of());
    }
}
