package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Sight;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Plan;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.report.Journal;
import dev.onnxfunction.rollout.testing.FakeIngress;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Each gate, against functions behind an ingress that goes by the Host header. */
class ModelGatesTest {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final FakeFunction LIVE = FakeFunction.of("m@1", ModelGatesTest::exact);

    /** y is 2 x, but for the last row. */
    private static final String EVALUATION = "x,y\n1,2\n2,4\n3,6\n4,9\n";

    private static final String PARITY =
            "{\"model\": \"m@2\", \"rows\": [{\"x\": 1}, {\"x\": 2}], \"predictions\": [2, 4]}";

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private FakeIngress ingress;

    @TempDir private Path folder;

    private static double exact(JsonNode row) {
        return 2 * row.path("x").doubleValue();
    }

    /**
     * A row of the table.
     *
     * @param problem what the verdict has to contain; empty if the candidate passes
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
                        "Gate 'parity': It predicts other than the exporter did, by 5.0e-07"),
                new Row(
                        "worse where it is not known by heart",
                        FakeFunction.of("m@2", row -> row.path("x").asInt() == 3 ? 7 : exact(row)),
                        "Gate 'RMSE': Its RMSE on "),
                new Row(
                        "an error",
                        good.answering(500),
                        "Gate 'no error': POST http://candidate-m.models.example.com/predict"
                                + " answers 500"),
                new Row(
                        "no number",
                        FakeFunction.of("m@2", _ -> Double.NaN),
                        "which has no prediction"),
                new Row("slow now and then", good.stalling(400), "Gate 'p99': Its p99 is "));
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

        // Where a build has the cores, noise is not slowness.
        Duration slack = Duration.ofMillis(row.candidate().millis() > 0 ? 5 : 1000);
        Verdict verdict = measure(limits(0.75, slack), 0);

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

        // It is right and live is not, but 1 / 2 off live's, whose standard deviation is √5.
        assertThat(measure(limits(0.2237), 0)).isInstanceOf(Passed.class);
        assertThat(measure(limits(0.2236), 0))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed ->
                                assertThat(failed.reason())
                                        .contains("are 0.224 standard deviations from live's"));
        assertThat(output.toString(StandardCharsets.UTF_8))
                .contains("Predictions of the candidate minus those of live")
                .contains("shift            0.2236 sd  ≤ 0.2236 sd  FAILED");
    }

    @Test
    void aLiveRevisionThatFailsFailsTheComparison() throws Exception {
        ingress.serve("candidate-", FakeFunction.of("m@2", ModelGatesTest::exact));
        ingress.serve("live-", LIVE.answering(503));

        assertThat(measure(limits(1), 1)).isInstanceOf(Failed.class);
    }

    private static Limits limits(double shift) {
        return limits(shift, Duration.ofSeconds(1));
    }

    private static Limits limits(double shift, Duration slack) {
        ErrorLimits errors = new ErrorLimits(1.05, 1.25, List.of(), 2, false, false);
        return new Limits(null, null, errors, shift, new LatencyLimits(1.5, slack, 100));
    }

    @Test
    void withoutRowsOnlyTheExampleOfTheCardIsAsked() throws Exception {
        ingress.serve("candidate-", FakeFunction.of("m@2", _ -> 77));

        assertThat(measure(limits(0.75), 0, null, null)).isInstanceOf(Passed.class);
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("not asked  no rows given");
    }

    private Verdict measure(Limits limits, int stage) throws Exception {
        Path parity = Files.writeString(folder.resolve("parity.json"), PARITY);
        Path evaluation = Files.writeString(folder.resolve("rows.csv"), EVALUATION);
        return measure(limits, stage, Parity.read(parity), Evaluation.read(evaluation));
    }

    private Verdict measure(
            Limits limits, int stage, @Nullable Parity parity, @Nullable Evaluation evaluation)
            throws Exception {
        Plan plan = new Plan(List.of(100), Duration.ZERO, Duration.ofSeconds(9));
        ModelGates gates =
                new ModelGates(
                        limits,
                        parity,
                        evaluation,
                        null,
                        new Reach(ingress.address(), Map.of()),
                        CLOCK,
                        Thread::sleep,
                        new Journal(
                                new PrintStream(output, true, StandardCharsets.UTF_8),
                                false,
                                CLOCK));
        return gates.measure(
                new Running(new Rollout("id", "new", "old", plan), stage, Instant.now()),
                new Addresses());
    }

    /** Tells the addresses that Knative would. */
    private static final class Addresses implements Platform {

        @Override
        public Optional<URI> address(String tag) {
            return Optional.of(URI.create("http://" + tag + "-m.models.example.com"));
        }

        @Override
        public Sight observe() {
            return new Absent();
        }

        @Override
        public void write(Change change) {
            throw new AssertionError("A gate writes nothing.");
        }

        @Override
        public void delete() {
            throw new AssertionError("A gate deletes nothing.");
        }

        @Override
        public List<String> diagnose(String revision) {
            return List.of();
        }

        @Override
        public List<String> tidy() {
            return List.of();
        }
    }
}
