package dev.onnxfunction.rollout.gates;

import static dev.onnxfunction.rollout.gates.EvaluationCase.CARD;
import static dev.onnxfunction.rollout.gates.EvaluationCase.FILE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.LIVE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.error;
import static dev.onnxfunction.rollout.gates.EvaluationCase.limits;
import static dev.onnxfunction.rollout.gates.EvaluationCase.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/** The gates on rows near and between labelled rows. */
class EvaluationProbesTest {

    @AutoClose private final EvaluationRun run = new EvaluationRun();

    /** Like live, but answers this if x is in the interior of an interval of length 1. */
    private static FakeFunction between(int x, double answer) {
        return FakeFunction.of(
                        "m@2",
                        row ->
                                row.path("x").asInt() == x && row.path("x").asDouble() != x
                                        ? answer
                                        : prediction(row, i -> error(i)))
                .describedBy(CARD.formatted("2", "town", "string"));
    }

    /** Like live, but predicts nothing if x and z are between their values in the file. */
    private static FakeFunction betweenBoth() {
        return FakeFunction.of(
                        "m@2",
                        row ->
                                row.path("x").asDouble() % 1 != 0
                                                && row.path("z").asDouble() % 1 != 0
                                        ? Double.POSITIVE_INFINITY
                                        : prediction(row, i -> error(i)))
                .describedBy(CARD.formatted("2", "z", "double"));
    }

    /** Knows the rows of the file with fractions, and those this near to them. */
    private static FakeFunction knowing(double near) {
        return FakeFunction.of(
                        "m@2",
                        row ->
                                Math.abs(row.path("x").asDouble() % 1 - 0.25) <= near
                                        ? prediction(row, _ -> 0)
                                        : 121)
                .describedBy(CARD.formatted("2", "town", "string"));
    }

    private static EvaluationCase fractions(
            String name, FakeFunction candidate, String gate, String said) {
        return new EvaluationCase(
                name,
                FILE.replaceAll("(?m)^(\\d+),", "$1.25,"),
                LIVE,
                candidate,
                limits(false, false),
                gate,
                List.of(said));
    }

    /** A card with a range of x. */
    private static String ranged(String version, double min, double max) {
        return CARD.formatted(version, "town", "string")
                .replace("\"double\"", "\"double\", \"min\": %s, \"max\": %s".formatted(min, max));
    }

    static Stream<EvaluationCase> cases() {
        return Stream.of(
                EvaluationCase.of(
                        "one that predicts nothing for values between those of the rows",
                        LIVE,
                        between(45, Double.POSITIVE_INFINITY),
                        "probes",
                        "probes +2.8\\d+ … 239.\\d +refused +-2\\d+ … 2\\d+ +FAILED: 4000 rows",
                        "It refuses rows of .*rows.csv with other values within .* 422"),
                EvaluationCase.of(
                        "one that predicts nonsense for values between those of the rows",
                        LIVE,
                        between(45, 1e200),
                        "probes",
                        "probes .* … 1.000e\\+200 .* FAILED",
                        "For a row of .*rows.csv with x = 45.\\d+, which is within the range of"
                            + " live's card and the file, it answers 1.000e\\+200 … 1.000e\\+200."),
                EvaluationCase.of(
                        "one that predicts nonsense where only live's card has values",
                        LIVE.describedBy(ranged("1", 0, 500)),
                        between(450, -1e6),
                        "probes",
                        "with x = 450.\\d+, which"),
                EvaluationCase.of(
                        "one that predicts nothing for values for which live does not either",
                        between(45, Double.POSITIVE_INFINITY),
                        between(46, Double.POSITIVE_INFINITY),
                        "",
                        "probes +refused +refused +unknown: live refuses some, too"),
                EvaluationCase.of(
                        "one that predicts nothing for two unusual values",
                        LIVE,
                        betweenBoth(),
                        "probes",
                        "It refuses rows of .*rows.csv with other values"),
                fractions(
                        "one that knows the rows by heart",
                        knowing(0),
                        "near rows",
                        "for 1[12]\\d of 120 rows of .*rows.csv if their values change by a"),
                fractions(
                        "one that knows the rows and what is near them",
                        knowing(1e-3),
                        "between rows",
                        "For values between those of two rows of .*rows.csv, its predictions are"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFirstGateThatIsNotPassedStopsTheCandidate(EvaluationCase expected) throws Exception {
        run.check(expected);
    }

    @Test
    void theProbesCanBeLeftOut() throws Exception {
        run.serve(LIVE, between(45, Double.POSITIVE_INFINITY));
        run.withoutProbes();

        String said = run.ask(run.sequence(FILE, limits(false, false), null), true);

        assertThat(run.stopping()).as(said).isEmpty();
        assertThat(said).containsPattern("probes +not tested +unknown: left out");
    }
}
