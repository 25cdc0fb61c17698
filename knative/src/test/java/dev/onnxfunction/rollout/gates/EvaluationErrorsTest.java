package dev.onnxfunction.rollout.gates;

import static dev.onnxfunction.rollout.gates.EvaluationCase.CARD;
import static dev.onnxfunction.rollout.gates.EvaluationCase.FILE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.LIVE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.ROWS;
import static dev.onnxfunction.rollout.gates.EvaluationCase.error;
import static dev.onnxfunction.rollout.gates.EvaluationCase.function;
import static dev.onnxfunction.rollout.gates.EvaluationCase.limits;
import static dev.onnxfunction.rollout.gates.EvaluationCase.seen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/** The gates on errors and their groups, on labelled rows. */
class EvaluationErrorsTest {

    @AutoClose private final EvaluationRun run = new EvaluationRun();

    static Stream<EvaluationCase> cases() {
        FakeFunction same = function("2", i -> error(i));
        FakeFunction better = function("2", i -> error(i) / 2);
        FakeFunction like = function("2", i -> error(i) + 0.3 * Math.cos(i * i * i));
        return Stream.of(
                EvaluationCase.of(
                        "identical predictions",
                        LIVE,
                        same,
                        "",
                        "RMSE +0.7\\d+ +0.7\\d+, × 1.000 \\(1.000 … 1.000\\) +≤ × 1.05 +passed",
                        "unseen rows +no fingerprint +no fingerprint +≥ 50 +unknown: 120 left"),
                EvaluationCase.of(
                        "a better one", LIVE, better, "", "× 0.500 \\(0.500 … 0.500\\) .*passed"),
                EvaluationCase.of(
                        "one that is worse",
                        LIVE,
                        function("2", i -> 1.3 * error(i) + 0.1 * Math.cos(i * i * i)),
                        "RMSE",
                        "× 1.299 \\(1.2\\d+ … 1.3\\d+\\) +≤ × 1.05 +FAILED",
                        "Its RMSE on .*rows.csv is 1.30 × live's, with 95 % confidence"),
                EvaluationCase.of(
                        "one that may be worse",
                        LIVE,
                        like,
                        "RMSE",
                        "inconclusive: about \\d+ rows would decide",
                        "accept it with --inconclusive pass"),
                new EvaluationCase(
                        "one that may be worse, where that is accepted",
                        FILE,
                        LIVE,
                        like,
                        limits(false, true),
                        "",
                        List.of("inconclusive: about \\d+ rows would decide")),
                EvaluationCase.of(
                        "one that predicts the mean",
                        LIVE,
                        FakeFunction.of("m@2", _ -> 121)
                                .describedBy(CARD.formatted("2", "z", "double")),
                        "RMSE",
                        "RMSE .* FAILED"),
                EvaluationCase.of(
                        "one that knows all rows but a town's",
                        LIVE,
                        function("2", i -> i % 4 == 0 ? 1.6 * error(i) : 0),
                        "group town 'b'",
                        "RMSE .* passed",
                        "On the 30 rows of .*rows.csv with town 'b', its RMSE is 1.60 × live's,"
                                + " which is shown to be more than 1.25 ×",
                        "group town 'b' .*≤ × 1.25 +FAILED: 30 rows, worst of 6"),
                EvaluationCase.of(
                        "errors where live has none",
                        function("1", _ -> 0),
                        same,
                        "RMSE",
                        "× ∞ \\(∞ … ∞\\) .*FAILED"),
                new EvaluationCase(
                        "names that are no text",
                        FILE.replace("a,", "\"\u001b[31m,\n\u2028" + "a".repeat(99) + "\","),
                        LIVE,
                        better,
                        new EvaluationLimits(1.05, 1.25, List.of("town"), 50, false, false, false),
                        "",
                        List.of("group town '\ufffd\\[31m,\ufffd\ufffda+…'")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFirstGateThatIsNotPassedStopsTheCandidate(EvaluationCase expected) throws Exception {
        run.check(expected);
    }

    @Test
    void theFirstOfAllIsNotComparedButItsRowsAndIntervalsAre() throws Exception {
        run.serveCandidate(function("1", i -> error(i)).within(2, 0.9).trainedOn(seen(0, 9)));
        String said = run.ask(run.sequence(FILE, limits(false, false), null), false);
        assertThat(run.stopping()).as(said).isEmpty();
        assertThat(said)
                .containsPattern("unseen rows +saw 9 of 120 +≥ 50 +passed: 111 left")
                .containsPattern("RMSE +0.7\\d+ +passed")
                .containsPattern("interval +100.0 %, width 4.000 +≥ 90 % +passed")
                .doesNotContain("group", "shift");

        run.serveCandidate(function("1", i -> error(i)).within(0.1, 0.9));
        run.ask(run.sequence(FILE, limits(false, false), null), false);
        assertThat(run.stopping()).isEqualTo("interval");
    }

    @Test
    void theSameRowsGetTheSameVerdictAndFingerprintsAreAskedOnce() throws Exception {
        run.serve(LIVE, function("2", i -> error(i) + 0.3 * Math.cos(i * i * i)));
        GateSequence sequence = run.sequence(FILE, limits(false, true), null);

        String first = run.ask(sequence, true);
        // A revision does not change. If it did, nobody would fetch its rows again.
        run.serveCandidate(
                function("2", i -> error(i) + 0.3 * Math.cos(i * i * i)).trainedOn(seen(0, ROWS)));

        assertThat(withoutTimes(run.ask(sequence, true))).isEqualTo(withoutTimes(first));
    }

    private static List<String> withoutTimes(String said) {
        return said.lines().filter(line -> !line.matches("(p99|probes) .*")).toList();
    }
}
