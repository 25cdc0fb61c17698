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

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The gates on rows near and between labelled rows. */
class EvaluationProbesTest {

    /** A card of features that may be missing. */
    private static final String GAPS =
            CARD.formatted("2", "z", "double")
                    .replace("\"double\"", "\"double\", \"missing\": \"allowed\"");

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

    /** Like live, but answers this for towns that are not in the file. */
    private static FakeFunction elsewhere(double answer) {
        return FakeFunction.of(
                        "m@2",
                        row ->
                                row.path("town").asText().length() > 1
                                        ? answer
                                        : prediction(row, i -> error(i)))
                .describedBy(CARD.formatted("2", "town", "string"));
    }

    /** Whether a row is one of the file with fractions. */
    private static boolean isOfFile(JsonNode row) {
        return row.path("x").asDouble() % 1 == 0.25;
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

    /** Like live for the rows of the file with fractions, and slightly random elsewhere. */
    private static FakeFunction random() {
        AtomicInteger calls = new AtomicInteger();
        return FakeFunction.of(
                        "m@2",
                        row ->
                                prediction(row, i -> error(i))
                                        + (row.path("x").asDouble() % 1 == 0.25
                                                ? 0
                                                : Math.sin(calls.incrementAndGet())))
                .describedBy(CARD.formatted("2", "town", "string"));
    }

    /** Like live, but answers this between two values of x. */
    private static FakeFunction between(double from, double to, double answer) {
        return FakeFunction.of(
                        "m@2",
                        row ->
                                row.path("x").asDouble() > from && row.path("x").asDouble() < to
                                        ? answer
                                        : prediction(row, i -> error(i)))
                .describedBy(CARD.formatted("2", "town", "string"));
    }

    /** Rows with x from 1 to 60 and from 1061 to 1120. */
    private static String groups() {
        return IntStream.rangeClosed(1, ROWS)
                .map(i -> i <= ROWS / 2 ? i : i + 1000)
                .mapToObj(
                        x -> "%d.25,%s,%d,%d%n".formatted(x, x % 4 == 0 ? "b" : "a", x % 7, 2 * x))
                .collect(Collectors.joining("", "x,town,z,y\n", ""));
    }

    private static EvaluationCase fractions(
            String name, FakeFunction candidate, String gate, String said) {
        return fractions(name, LIVE, candidate, gate, said);
    }

    private static EvaluationCase fractions(
            String name, FakeFunction live, FakeFunction candidate, String gate, String said) {
        return new EvaluationCase(
                name,
                FILE.replaceAll("(?m)^(\\d+),", "$1.25,"),
                live,
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

    /** A card with the categories of the town. */
    private static String towns(String version, String... categories) {
        String counts =
                Stream.of(categories)
                        .map("\"%s\": 1"::formatted)
                        .collect(Collectors.joining(", ", "{", "}"));
        return CARD.formatted(version, "town", "string")
                .replace(
                        "\"string\"",
                        "\"string\", \"histogram\": {\"counts\": %s}".formatted(counts));
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
                EvaluationCase.of(
                        "one that predicts nonsense for a category that only live's card has",
                        LIVE.describedBy(towns("1", "a", "b", "c")),
                        FakeFunction.of(
                                        "m@2",
                                        row ->
                                                row.path("town").asText().equals("c")
                                                        ? -1e6
                                                        : prediction(row, i -> error(i)))
                                .describedBy(towns("2", "a", "b")),
                        "probes",
                        "features +2 +2, fewer categories: town",
                        "For a row of .*rows.csv with (.*, )?town = c, which is within"),
                EvaluationCase.of(
                        "one that predicts nothing for a category that no training data has",
                        LIVE,
                        elsewhere(Double.POSITIVE_INFINITY),
                        "probes",
                        "It refuses rows of .*rows.csv with a category that no training data has"),
                EvaluationCase.of(
                        "one that predicts nonsense for a category that no training data has",
                        LIVE,
                        elsewhere(-1e6),
                        "probes",
                        "For a row of .*rows.csv with town = [0-9a-f]+, which no training data has,"
                                + " it answers -1"),
                EvaluationCase.of(
                        "one that predicts nothing for such a category, as live does",
                        elsewhere(Double.POSITIVE_INFINITY),
                        elsewhere(Double.POSITIVE_INFINITY),
                        "",
                        "probes .* passed: 4000 rows"),
                EvaluationCase.of(
                        "one that predicts nothing if two values are missing",
                        function("1", i -> error(i)).describedBy(GAPS),
                        FakeFunction.of(
                                        "m@2",
                                        row ->
                                                row.path("x").isMissingNode()
                                                                && row.path("z").isMissingNode()
                                                        ? Double.POSITIVE_INFINITY
                                                        : prediction(row, i -> error(i)))
                                .describedBy(GAPS),
                        "probes",
                        "It refuses rows of .*rows.csv with other values"),
                fractions(
                        "one whose intervals know the rows",
                        function("1", i -> 30 * error(i)).within(60, 0.9),
                        function("2", i -> 30 * error(i))
                                .within(row -> isOfFile(row) ? 36 : 0.001, 0.9),
                        "next rows",
                        "The mean interval score of its intervals is 0.6\\d+ times live's for rows"
                                + " of .*rows.csv, and \\d.\\d+ times as much at a quarter"),
                fractions(
                        "one whose intervals are as wide elsewhere",
                        function("1", i -> 30 * error(i)).within(60, 0.9),
                        function("2", i -> 30 * error(i)).within(36, 0.9),
                        "",
                        "next rows .* passed"),
                fractions(
                        "one that knows the rows by heart",
                        knowing(0),
                        "near rows",
                        "for 1[01]\\d of 120 rows of .*rows.csv if their values change by a"),
                fractions(
                        "one that knows the rows and what is near them",
                        knowing(0.1),
                        "next rows",
                        "is 0.000 times live's for rows of .*rows.csv, and \\d+.\\d+ times as much"
                                + " at a quarter of the way"),
                fractions(
                        "one that has learned from other rows",
                        function("2", i -> error(i) / 2),
                        "",
                        "next rows +MSE × 0.0\\d+ → × 0.\\d+ +≤ \\+ 0.75 +passed"),
                fractions(
                        "one that uses random numbers for other rows",
                        random(),
                        "repeats",
                        "for \\d+ of 500 rows next to those of .*rows.csv if they are sent again"),
                new EvaluationCase(
                        "one that predicts also for rows that live refuses",
                        FILE.replaceAll("(?m)^(\\d+),", "$1.25,"),
                        FakeFunction.of(
                                        "m@1",
                                        row ->
                                                row.path("x").asDouble() % 1 == 0.25
                                                        ? prediction(row, i -> error(i))
                                                        : Double.POSITIVE_INFINITY)
                                .describedBy(CARD.formatted("1", "town", "string")),
                        function("2", i -> error(i) / 2),
                        limits(false, false),
                        "",
                        List.of(
                                "next rows +refused +unknown: live refuses some of its rows",
                                "between rows +refused +unknown: live refuses some of its rows")),
                new EvaluationCase(
                        "one that predicts nonsense between two groups of rows",
                        groups(),
                        LIVE,
                        between(61, 1061, -2000),
                        limits(false, false),
                        "between rows",
                        List.of("For values between those of two rows of .*rows.csv, its")));
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

    @ParameterizedTest
    @CsvSource({"45, 46, 45.", "121, 1e9, '\\d{3,}.'"})
    void oneThatIsSlowForAFewValuesIsRefused(double from, double to, String value)
            throws Exception {
        run.limitLatency(new LatencyLimits(1.5, Duration.ofMillis(1), 100));
        run.serve(LIVE, slow(from, to));

        String said = "";
        // Live may be as slow once, by chance, on a busy machine.
        for (int attempt = 0; attempt < 10 && !run.stopping().equals("probes"); attempt++) {
            said = run.ask(run.sequence(FILE, limits(false, false), null), true);
        }

        assertThat(said)
                .containsPattern("probes .* FAILED: 4000 rows")
                .containsPattern(
                        "It takes \\d+ ms for a request with \\d+ rows with other values, and live"
                                + " \\d+ ms. The slowest of them has .*x = "
                                + value);
    }

    /** Like live, but takes long between two values of x. */
    private static FakeFunction slow(double from, double to) {
        return FakeFunction.of(
                        "m@2",
                        row -> {
                            double x = row.path("x").asDouble();
                            if (x > from && x < to) {
                                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                            }
                            return prediction(row, i -> error(i));
                        })
                .describedBy(CARD.formatted("2", "town", "string"));
    }
}
