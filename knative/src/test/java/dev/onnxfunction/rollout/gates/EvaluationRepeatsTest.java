package dev.onnxfunction.rollout.gates;

import static dev.onnxfunction.rollout.gates.EvaluationCase.CARD;
import static dev.onnxfunction.rollout.gates.EvaluationCase.FILE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.LIVE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.ROWS;
import static dev.onnxfunction.rollout.gates.EvaluationCase.error;
import static dev.onnxfunction.rollout.gates.EvaluationCase.function;
import static dev.onnxfunction.rollout.gates.EvaluationCase.limits;
import static dev.onnxfunction.rollout.gates.EvaluationCase.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;
import dev.onnxfunction.rollout.testing.FakeIngress.Flaw;
import dev.onnxfunction.rollout.testing.FakeIngress.Sizes;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The gates that send labelled rows again, alone and many at a time. */
class EvaluationRepeatsTest {

    @AutoClose private final EvaluationRun run = new EvaluationRun();

    /** Like live for as many rows as there are, and then different. */
    private static FakeFunction later() {
        AtomicInteger calls = new AtomicInteger();
        return FakeFunction.of(
                        "m@2",
                        row ->
                                prediction(row, i -> error(i))
                                        + (calls.incrementAndGet() > ROWS ? 1 : 0))
                .describedBy(CARD.formatted("2", "town", "string"));
    }

    static Stream<EvaluationCase> cases() {
        FakeFunction same = function("2", i -> error(i));
        return Stream.of(
                EvaluationCase.of(
                        "one that predicts something else later",
                        LIVE,
                        later(),
                        "repeats",
                        "repeats +120 of 120 differ +≤ 2 +FAILED",
                        "It predicts something else for 120 of the 120 rows of .*rows.csv if they"
                                + " are sent again"),
                EvaluationCase.of(
                        "one that predicts something else in requests of 7 rows",
                        LIVE,
                        same.with(new Sizes(999, 7, 0)),
                        "repeats",
                        "and later .* in a request of 7 rows. Export a model that"),
                EvaluationCase.of(
                        "one that predicts something else in requests of 10 000 rows",
                        LIVE.with(new Sizes(10_000, 0, 0)),
                        same.with(new Sizes(10_000, 10_000, 0)),
                        "repeats",
                        "in a request of 10000 rows"),
                EvaluationCase.of(
                        "one that seldom predicts something else for a single row",
                        LIVE,
                        same.with(Flaw.Kind.OTHER, 20),
                        "repeats",
                        "p99 .* passed\nrepeats +\\d+ of 50 differ +≤ 2 +FAILED",
                        "In 200 requests with one row each, it predicted something else for \\d+ of"
                                + " the 50 rows when they were sent again: for one of them once"),
                EvaluationCase.of(
                        "one that refuses requests with many rows",
                        LIVE.with(new Sizes(1000, 0, 0)),
                        same,
                        "",
                        "many rows +refused +unknown: 1000 rows"),
                EvaluationCase.of(
                        "one whose model fails for many rows",
                        LIVE.with(new Sizes(1000, 0, 0)),
                        same.with(new Sizes(999, 0, 0, 422)),
                        "many rows",
                        "It refuses a request with 1000 rows that live answers: 422"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFirstGateThatIsNotPassedStopsTheCandidate(EvaluationCase expected) throws Exception {
        run.check(expected);
    }

    @Test
    void oneThatIsSlowForManyRowsIsRefused() throws Exception {
        run.limitLatency(new LatencyLimits(1.5, Duration.ofMillis(1), 100));
        run.serve(
                LIVE.with(new Sizes(1000, 0, 0)),
                function("2", i -> error(i)).with(new Sizes(1000, 0, 300)));

        String said = "";
        // Live may be as slow once, by chance, on a busy machine.
        for (int attempt = 0; attempt < 10 && !run.stopping().equals("many rows"); attempt++) {
            said = run.ask(run.sequence(FILE, limits(false, false), null), true);
        }

        assertThat(said)
                .containsPattern("many rows .* ≤? ?× 1.5 or \\+ 50 ms +FAILED: 1000 rows")
                .containsPattern("It takes \\d+.\\d ms for a request with 1000 rows, and live");
    }

    @Test
    void oneThatPredictsSomethingElseLaterIsRefusedDuringTheRollout() throws Exception {
        run.serve(LIVE, function("2", i -> error(i)));
        GateSequence sequence = run.sequence(FILE, limits(false, true), null);
        run.ask(sequence, true);
        assertThat(run.stopping()).isEmpty();
        run.serveCandidate(function("2", i -> error(i) / 2));

        assertThat(run.repeat(sequence))
                .containsPattern("repeats +1\\d\\d of 120 differ +≤ 2 +FAILED");
    }

    @Test
    void answersToSingleRowsAreComparedThroughoutTheRollout() throws Exception {
        run.serve(LIVE, function("2", i -> error(i)).with(Flaw.Kind.OTHER, 160));
        GateSequence sequence = run.sequence(FILE, limits(false, false), null);
        assertThat(run.ask(sequence, true)).containsPattern("p99 .* passed\n$");

        String later = "";
        for (int round = 0; round < 4; round++) {
            later = run.repeat(sequence);
        }

        assertThat(later)
                .containsPattern("p99 .* passed\nrepeats +[3-9] of 50 differ +≤ 2 +FAILED");
    }
}
