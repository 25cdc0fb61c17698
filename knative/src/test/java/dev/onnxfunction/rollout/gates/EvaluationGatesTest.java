package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.EvaluationFile;
import dev.onnxfunction.rollout.gates.rows.Filters;
import dev.onnxfunction.rollout.report.ProgressPrinter;
import dev.onnxfunction.rollout.testing.FakeIngress;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;
import dev.onnxfunction.rollout.testing.FakeIngress.Sizes;
import dev.onnxfunction.rollout.testing.Pauses;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The gates on labelled rows, against fake functions. */
class EvaluationGatesTest {

    private static final int ROWS = 120;
    private static final List<String> COLUMNS = List.of("x", "town", "z");

    /** y is 2 x; 30 of the rows have the town b. */
    private static final String FILE =
            IntStream.rangeClosed(1, ROWS)
                    .mapToObj(
                            i -> "%d,%s,%d,%d%n".formatted(i, i % 4 == 0 ? "b" : "a", i % 7, 2 * i))
                    .collect(Collectors.joining("", "x,town,z,y\n", ""));

    private static final String CARD =
            """
            {"name": "m", "version": "%s", "target": {"name": "y"}, "example": {"x": 1},
             "features": [{"name": "x", "type": "double"}, {"name": "%s", "type": "%s"}]}
            """;

    private static final FakeFunction LIVE = function("1", i -> error(i));

    private static final EvaluationLimits INTERVALS_MAY_CHANGE =
            new EvaluationLimits(1.05, 1.25, List.of(), 50, false, false, true);

    private static final Sleeper PACE = Pauses.SHORT;

    private final HttpClient http = HttpClient.newHttpClient();
    private FakeIngress ingress;

    /** The first gate that fails; empty if all pass. */
    private String stopping = "";

    private double probeDistance = 10;

    /** On a loaded machine, noise must not count as slowness. */
    private LatencyLimits latency = new LatencyLimits(9, Duration.ofSeconds(9), 100);

    @TempDir private Path folder;

    /** Live's error on a row: between −1 and 1, with both signs equally often. */
    private static double error(int i) {
        return Math.sin(i * i);
    }

    private static FakeFunction function(String version, ToDoubleFunction<Integer> error) {
        return FakeFunction.of("m@" + version, row -> prediction(row, error))
                .describedBy(CARD.formatted(version, "town", "string"));
    }

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

    private static Row fractions(String name, FakeFunction candidate, String gate, String said) {
        return new Row(
                name,
                FILE.replaceAll("(?m)^(\\d+),", "$1.25,"),
                LIVE,
                candidate,
                limits(false, false),
                gate,
                List.of(said));
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

    /** A card with a second feature that may be missing. */
    private static String optional(String version, String feature) {
        return CARD.formatted(version, feature, "string")
                .replace("\"string\"", "\"string\", \"missing\": \"allowed\"");
    }

    /** A card with a range of x. */
    private static String ranged(String version, double min, double max) {
        return CARD.formatted(version, "town", "string")
                .replace("\"double\"", "\"double\", \"min\": %s, \"max\": %s".formatted(min, max));
    }

    private static String unit(String version, String unit) {
        return CARD.formatted(version, "town", "string")
                .replace("\"y\"", "\"y\", \"unit\": \"%s\"".formatted(unit));
    }

    private static String heldOut(double rmse) {
        return CARD.formatted("2", "town", "string")
                .replaceFirst("\\{", "{\"held_out\": {\"rmse\": %s},".formatted(rmse));
    }

    private static double prediction(JsonNode row, ToDoubleFunction<Integer> error) {
        int x = row.path("x").asInt();
        return 2 * x + error.applyAsDouble(x);
    }

    private static String seen(int from, int to) throws IOException {
        Path file = Files.createTempFile("rows", ".csv");
        try {
            return Filters.of(
                    EvaluationFile.read(Files.writeString(file, FILE)), COLUMNS, from, to);
        } finally {
            Files.delete(file);
        }
    }

    /**
     * A row of the table.
     *
     * @param file the evaluation
     * @param gate that stops the candidate; empty if none does
     * @param said patterns that the results must contain
     */
    record Row(
            String name,
            String file,
            FakeFunction live,
            FakeFunction candidate,
            EvaluationLimits limits,
            String gate,
            List<String> said) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Row row(
            String name, FakeFunction live, FakeFunction candidate, String gate, String... said) {
        return new Row(name, FILE, live, candidate, limits(false, false), gate, List.of(said));
    }

    private static EvaluationLimits limits(boolean allowUnproven, boolean inconclusivePasses) {
        return new EvaluationLimits(
                1.05, 1.25, List.of(), 50, allowUnproven, inconclusivePasses, false);
    }

    static Stream<Row> rows() throws IOException {
        FakeFunction same = function("2", i -> error(i));
        FakeFunction better = function("2", i -> error(i) / 2);
        FakeFunction like = function("2", i -> error(i) + 0.3 * Math.cos(i * i * i));
        String one = seen(0, 1);
        String some = seen(0, 40);
        String all = seen(0, ROWS);
        return Stream.of(
                row(
                        "identical predictions",
                        LIVE,
                        same,
                        "",
                        "RMSE +0.7\\d+ +0.7\\d+, × 1.000 \\(1.000 … 1.000\\) +≤ × 1.05 +passed",
                        "unseen rows +no fingerprint +no fingerprint +≥ 50 +unknown: 120 left"),
                row("a better one", LIVE, better, "", "× 0.500 \\(0.500 … 0.500\\) .*passed"),
                row(
                        "one that is worse",
                        LIVE,
                        function("2", i -> 1.3 * error(i) + 0.1 * Math.cos(i * i * i)),
                        "RMSE",
                        "× 1.299 \\(1.2\\d+ … 1.3\\d+\\) +≤ × 1.05 +FAILED",
                        "Its RMSE on .*rows.csv is 1.30 × live's, with 95 % confidence"),
                row(
                        "one that may be worse",
                        LIVE,
                        like,
                        "RMSE",
                        "inconclusive: about \\d+ rows would decide",
                        "accept it with --inconclusive pass"),
                new Row(
                        "one that may be worse, where that is accepted",
                        FILE,
                        LIVE,
                        like,
                        limits(false, true),
                        "",
                        List.of("inconclusive: about \\d+ rows would decide")),
                row(
                        "one that predicts the mean",
                        LIVE,
                        FakeFunction.of("m@2", _ -> 121)
                                .describedBy(CARD.formatted("2", "z", "double")),
                        "RMSE",
                        "RMSE .* FAILED"),
                row(
                        "one that knows all rows but a town's",
                        LIVE,
                        function("2", i -> i % 4 == 0 ? 1.6 * error(i) : 0),
                        "group town 'b'",
                        "RMSE .* passed",
                        "On the 30 rows of .*rows.csv with town 'b', its RMSE is 1.60 × live's,"
                                + " which is shown to be more than 1.25 ×",
                        "group town 'b' .*≤ × 1.25 +FAILED: 30 rows, worst of 6"),
                row(
                        "errors where live has none",
                        function("1", _ -> 0),
                        same,
                        "RMSE",
                        "× ∞ \\(∞ … ∞\\) .*FAILED"),
                row(
                        "one that was trained on all rows",
                        LIVE.trainedOn(one),
                        better.trainedOn(all),
                        "unseen rows",
                        "Of the 120 rows of .*rows.csv, the live model was trained on 1 and the"
                                + " candidate on 120. 0 left, but at least 50 different ones",
                        "unseen rows +saw 1 of 120 +saw 120 of 120 +≥ 50 +FAILED: 0 left"),
                row(
                        "both were trained on some rows",
                        LIVE.trainedOn(some),
                        better.trainedOn(seen(30, 60)),
                        "",
                        "unseen rows +saw 40 of 120 +saw 30 of 120 +≥ 50 +passed: 60 left"),
                row(
                        "one whose rows are not known, while live's are",
                        LIVE.trainedOn(some),
                        better,
                        "unseen rows",
                        "Its card has no fingerprint of its training rows, but live's has one",
                        "unseen rows +saw 40 of 120 +no fingerprint +≥ 50 +FAILED: 80 left"),
                new Row(
                        "the same, where that is accepted",
                        FILE,
                        LIVE.trainedOn(some),
                        better,
                        limits(true, false),
                        "",
                        List.of(
                                "unseen rows +saw 40 of 120 +no fingerprint +≥ 50 +unknown: 80"
                                        + " left")),
                row(
                        "one whose rows are known, while live's are not",
                        LIVE,
                        better.trainedOn(some),
                        "",
                        "unseen rows +no fingerprint +saw 40 of 120 +≥ 50 +unknown: 80 left"),
                row(
                        "a damaged fingerprint",
                        LIVE,
                        better.trainedOn(all.replace("\"hashes\":8", "\"hashes\":80")),
                        "evaluation",
                        "fingerprint of the candidate model's training rows is damaged: its"
                                + " 'hashes'"),
                new Row(
                        "an evaluation without a column of the fingerprint",
                        FILE.replaceFirst("z", "zz"),
                        LIVE,
                        better.trainedOn(some),
                        limits(false, false),
                        "evaluation",
                        List.of(
                                "rows.csv has no column 'z', but x, town, zz, y. A model's"
                                        + " fingerprint")),
                new Row(
                        "copies of two rows",
                        "x,town,z,y\n" + "1,a,1,2\n2.0,b,2,4\n".repeat(40),
                        LIVE,
                        better,
                        limits(false, false),
                        "unseen rows",
                        List.of("2, and 78 copies of them, left, but at least 50 different ones")),
                row(
                        "another target, which it predicts well",
                        LIVE,
                        FakeFunction.of("m@2", row -> row.path("x").asInt() % 7)
                                .describedBy(
                                        CARD.formatted("2", "town", "string")
                                                .replace("\"y\"", "\"z\"")),
                        "evaluation",
                        "The candidate predicts 'z' and live 'y', so their errors cannot be"
                                + " compared"),
                row(
                        "one that takes the true value",
                        LIVE,
                        FakeFunction.of("m@2", row -> row.path("y").asInt())
                                .describedBy(CARD.formatted("2", "y", "double")),
                        "evaluation",
                        "The candidate takes 'y', which is the true value in .*rows.csv"),
                row(
                        "another feature",
                        LIVE,
                        better.describedBy(CARD.formatted("2", "z", "int64")),
                        "",
                        "features +2 +2, without town, with z"),
                row(
                        "a feature that the evaluation does not have",
                        LIVE,
                        better.describedBy(CARD.formatted("2", "zone", "string")),
                        "evaluation",
                        "rows.csv has no column 'zone', but x, town, z, y. The model needs it."),
                row(
                        "a feature of live that may be missing and that the evaluation lacks",
                        LIVE.describedBy(optional("1", "zone")),
                        better,
                        "evaluation",
                        "rows.csv has no column 'zone', but x, town, z, y. The model takes it. Add"
                                + " the column, with empty cells where it is missing."),
                row(
                        "a feature that may no longer be missing",
                        LIVE.describedBy(optional("1", "town")),
                        better,
                        "",
                        "features +2 +2, now required: town +passed"),
                row(
                        "a feature that takes other values",
                        LIVE.describedBy(CARD.formatted("1", "z", "int64")),
                        better.describedBy(CARD.formatted("2", "z", "string")),
                        "",
                        "features +2 +2, of another type: z +passed"),
                row(
                        "a card whose range is so wide that nothing is warned of",
                        LIVE.describedBy(ranged("1", 0, 500)),
                        better.describedBy(ranged("2", -1e9, 1e9)),
                        "",
                        "features +2 +2, 10 times as wide: x +passed"),
                row(
                        "another unit of the target",
                        LIVE.describedBy(unit("1", "USD")),
                        better.describedBy(unit("2", "1000 USD")),
                        "",
                        "unit +USD +1000 USD +unknown: differs"),
                row(
                        "a card that declares another error than it has",
                        LIVE,
                        better.describedBy(heldOut(0.1)),
                        "",
                        "RMSE on card +0.1000 +unknown: measured: 0.35"),
                row(
                        "a card that declares about the error that it has",
                        LIVE,
                        better.describedBy(heldOut(0.4)),
                        "",
                        "RMSE .*\\ngroup"),
                row(
                        "one that predicts nothing for values between those of the rows",
                        LIVE,
                        between(45, Double.POSITIVE_INFINITY),
                        "probes",
                        "probes +2.8\\d+ … 239.\\d +refused +-2\\d+ … 2\\d+ +FAILED: 4000 rows",
                        "It refuses rows of .*rows.csv with other values within .* 422"),
                row(
                        "one that predicts nonsense for values between those of the rows",
                        LIVE,
                        between(45, 1e200),
                        "probes",
                        "probes .* … 1.000e\\+200 .* FAILED",
                        "For a row of .*rows.csv with x = 45.\\d+, which is within the range of"
                            + " live's card and the file, it answers 1.000e\\+200 … 1.000e\\+200."),
                row(
                        "one that predicts nonsense where only live's card has values",
                        LIVE.describedBy(ranged("1", 0, 500)),
                        between(450, -1e6),
                        "probes",
                        "with x = 450.\\d+, which"),
                row(
                        "one that predicts nothing for values for which live does not either",
                        between(45, Double.POSITIVE_INFINITY),
                        between(46, Double.POSITIVE_INFINITY),
                        "",
                        "probes +refused +refused +unknown: live refuses some, too"),
                row(
                        "one that predicts something else later",
                        LIVE,
                        later(),
                        "repeats",
                        "repeats +120 of 120 differ +≤ 2 +FAILED",
                        "It predicts something else for 120 of the 120 rows of .*rows.csv if they"
                                + " are sent again"),
                row(
                        "one that predicts something else in requests of 7 rows",
                        LIVE,
                        same.with(new Sizes(999, 7, 0)),
                        "repeats",
                        "and later .* in a request of 7 rows. Export a model that"),
                row(
                        "one that predicts something else in requests of 10 000 rows",
                        LIVE.with(new Sizes(10_000, 0, 0)),
                        same.with(new Sizes(10_000, 10_000, 0)),
                        "repeats",
                        "in a request of 10000 rows"),
                row(
                        "one that refuses requests with many rows",
                        LIVE.with(new Sizes(1000, 0, 0)),
                        same,
                        "",
                        "many rows +refused +unknown: 1000 rows"),
                row(
                        "one whose model fails for many rows",
                        LIVE.with(new Sizes(1000, 0, 0)),
                        same.with(new Sizes(999, 0, 0, 422)),
                        "many rows",
                        "It refuses a request with 1000 rows that live answers: 422"),
                row(
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
                        "For values between those of two rows of .*rows.csv, its predictions are"),
                row(
                        "the same features in another order",
                        LIVE,
                        same.describedBy(
                                CARD.formatted("2", "town", "string")
                                        .replaceFirst("\\[(.*), (\\{.*)]", "[$2, $1]")),
                        "",
                        "features +2 +2, in another order +passed"),
                row(
                        "a feature of another type",
                        LIVE,
                        better.describedBy(CARD.formatted("2", "town", "double")),
                        "evaluation",
                        "rows.csv, row 1, column 'town': 'a' is not a number. Correct the cell"),
                row(
                        "intervals that are too narrow",
                        LIVE.within(2, 0.9),
                        better.within(0.4, 0.9),
                        "interval",
                        "interval +100.0 %, width 4.000 +\\d\\d.\\d %, width 0.8000 +≥ 90 %"
                                + " +FAILED",
                        "which is significantly fewer than the 90 % that its card promises"),
                row(
                        "intervals that hold",
                        LIVE,
                        better.within(0.49, 0.9),
                        "",
                        "interval +\\d\\d.\\d %, width 0.9800 +≥ 90 % +passed",
                        "interval score +none +unknown: live has no intervals to compare with"),
                row(
                        "intervals like live's",
                        LIVE.within(2, 0.9),
                        same.within(2, 0.9),
                        "",
                        "interval score +4.000 +4.000, × 1.00.* +≤ × 1.05 +passed"),
                row(
                        "intervals that are slightly wider",
                        LIVE.within(2, 0.9),
                        same.within(2.05, 0.9),
                        "",
                        "interval score +4.000 +4.100, .* +≤ × 1.05 +passed"),
                row(
                        "intervals that contain everything",
                        LIVE.within(2, 0.9),
                        same.within(1e9, 0.9),
                        "interval score",
                        "interval score .* FAILED"),
                row(
                        "intervals that are points, at a level that promises nothing",
                        LIVE.within(1, 0.9),
                        same.within(1e-6, 0.01),
                        "interval",
                        "intervals of 1 %, and live's of 90 %, so its bounds would mean something"
                                + " else",
                        "at live's level of 90 %"),
                row(
                        "intervals of another level",
                        LIVE.within(2, 0.9),
                        same.within(2, 0.5),
                        "interval",
                        "interval +100.0 %, width 4.000 +100.0 %, width 4.000 +≥ 50 % +FAILED",
                        "or give --allow-interval-change"),
                new Row(
                        "intervals of another level, where that is accepted",
                        FILE,
                        LIVE.within(2, 0.9),
                        same.within(2, 0.5),
                        INTERVALS_MAY_CHANGE,
                        "",
                        List.of("interval .* ≥ 50 % +passed")),
                row(
                        "intervals whose widths overflow",
                        LIVE.within(2, 0.9),
                        same.within(1e308, 0.9),
                        "interval score",
                        "interval score .* FAILED"),
                new Row(
                        "intervals that may change",
                        FILE,
                        LIVE.within(2, 0.9),
                        same.within(100, 0.9),
                        INTERVALS_MAY_CHANGE,
                        "",
                        List.of("interval score .* unknown: worse, but allowed")),
                new Row(
                        "intervals that may be missing",
                        FILE,
                        LIVE.within(2, 0.9),
                        better,
                        INTERVALS_MAY_CHANGE,
                        "",
                        List.of("interval +100.0 %, width 4.000 +none +unknown")),
                row(
                        "no intervals where live has some",
                        LIVE.within(2, 0.9),
                        better,
                        "interval",
                        "interval +100.0 %, width 4.000 +none +FAILED",
                        "or give --allow-interval-change"),
                new Row(
                        "names that are no text",
                        FILE.replace("a,", "\"\u001b[31m,\n\u2028" + "a".repeat(99) + "\","),
                        LIVE,
                        better,
                        new EvaluationLimits(1.05, 1.25, List.of("town"), 50, false, false, false),
                        "",
                        List.of("group town '\ufffd\\[31m,\ufffd\ufffda+…'")));
    }

    @BeforeEach
    void start() throws IOException {
        ingress = new FakeIngress();
    }

    @AfterEach
    void stop() {
        ingress.close();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theFirstGateThatIsNotPassedStopsTheCandidate(Row row) throws Exception {
        ingress.serve("live-", row.live());
        ingress.serve("candidate-", row.candidate());

        String said = ask(sequence(row.file(), row.limits(), null), true);

        assertThat(stopping).as(said).isEqualTo(row.gate());
        row.said().forEach(pattern -> assertThat(said).containsPattern(pattern));
        assertThat(said).matches("[\\P{Cntrl}\n]*");
    }

    @Test
    void oneThatIsSlowForManyRowsIsRefused() throws Exception {
        latency = new LatencyLimits(1.5, Duration.ofMillis(1), 100);
        ingress.serve("live-", LIVE.with(new Sizes(1000, 0, 0)));
        ingress.serve("candidate-", function("2", i -> error(i)).with(new Sizes(1000, 0, 300)));

        String said = "";
        // Live may be as slow once, by chance, on a busy machine.
        for (int attempt = 0; attempt < 10 && !stopping.equals("many rows"); attempt++) {
            said = ask(sequence(FILE, limits(false, false), null), true);
        }

        assertThat(said)
                .containsPattern("many rows .* ≤? ?× 1.5 or \\+ 50 ms +FAILED: 1000 rows")
                .containsPattern("It takes \\d+.\\d ms for a request with 1000 rows, and live");
    }

    @Test
    void oneThatPredictsSomethingElseLaterIsRefusedDuringTheRollout() throws Exception {
        ingress.serve("live-", LIVE);
        ingress.serve("candidate-", function("2", i -> error(i)));
        GateSequence sequence = sequence(FILE, limits(false, true), null);
        ask(sequence, true);
        assertThat(stopping).isEmpty();
        ingress.serve("candidate-", function("2", i -> error(i) / 2));

        List<GateResult> results = new ArrayList<>();
        sequence.run(client("candidate"), client("live"), false, results);

        assertThat(String.join("\n", ResultTable.lines(results)))
                .containsPattern("repeats +1\\d\\d of 120 differ +≤ 2 +FAILED");
    }

    @Test
    void theProbesCanBeLeftOut() throws Exception {
        ingress.serve("live-", LIVE);
        ingress.serve("candidate-", between(45, Double.POSITIVE_INFINITY));
        probeDistance = Double.POSITIVE_INFINITY;

        String said = ask(sequence(FILE, limits(false, false), null), true);

        assertThat(stopping).as(said).isEmpty();
        assertThat(said).containsPattern("probes +not tested +unknown: left out");
    }

    @Test
    void eachModelIsAskedWithWhatItTakes() throws Exception {
        FakeFunction other =
                function("2", i -> error(i)).describedBy(CARD.formatted("2", "z", "int64"));
        ingress.serve("live-", LIVE);
        ingress.serve("candidate-", other);

        ask(sequence(FILE, limits(false, false), null), true);

        assertThat(LIVE.asked().peek()).hasToString("{\"x\":1,\"town\":\"a\"}");
        assertThat(other.asked().peek()).hasToString("{\"x\":1,\"z\":1}");
    }

    @Test
    void parityRowsOfAnotherModelAreNotAsked() throws Exception {
        ParityRows parity =
                new ParityRows("m@7", List.of(new TextNode("no row")), List.of(1.0), null);
        ingress.serve("live-", LIVE);
        ingress.serve("candidate-", function("2", i -> error(i)));

        String said = ask(sequence(FILE, limits(false, false), parity), true);

        assertThat(stopping).as(said).isEmpty();
        assertThat(said).containsPattern("parity +not tested +unknown: the rows are those of m@7");
    }

    @Test
    void theFirstOfAllIsNotComparedButItsRowsAndIntervalsAre() throws Exception {
        ingress.serve(
                "candidate-", function("1", i -> error(i)).within(2, 0.9).trainedOn(seen(0, 9)));
        String said = ask(sequence(FILE, limits(false, false), null), false);
        assertThat(stopping).as(said).isEmpty();
        assertThat(said)
                .containsPattern("unseen rows +saw 9 of 120 +≥ 50 +passed: 111 left")
                .containsPattern("RMSE +0.7\\d+ +passed")
                .containsPattern("interval +100.0 %, width 4.000 +≥ 90 % +passed")
                .doesNotContain("group", "shift");

        ingress.serve("candidate-", function("1", i -> error(i)).within(0.1, 0.9));
        ask(sequence(FILE, limits(false, false), null), false);
        assertThat(stopping).isEqualTo("interval");
    }

    @Test
    void anEvaluationThatLacksAColumnOfLivesFingerprintIsRefusedBeforeThereIsACandidate()
            throws Exception {
        ingress.serve("live-", LIVE.trainedOn(seen(0, 9)));
        String file = FILE.replaceFirst("z", "zz");

        assertThatThrownBy(() -> sequence(file, limits(false, false), null).check(client("live")))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining(
                        "rows.csv has no column 'z', but x, town, zz, y. A model's finger");
    }

    @Test
    void anEvaluationThatLiveHasSeenIsRefusedBeforeThereIsACandidate() throws Exception {
        ingress.serve("live-", LIVE.trainedOn(seen(0, 71)));

        assertThatThrownBy(() -> sequence(FILE, limits(false, false), null).check(client("live")))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining(
                        "rows.csv, the live model was trained on 71. 49 different ones are left,"
                            + " but at least 50 are needed. Evaluate on rows that were held out");

        ingress.serve("live-", LIVE.trainedOn(seen(0, 70)));
        sequence(FILE, limits(false, false), null).check(client("live"));
    }

    @Test
    void theSameRowsGetTheSameVerdictAndFingerprintsAreAskedOnce() throws Exception {
        ingress.serve("live-", LIVE);
        ingress.serve("candidate-", function("2", i -> error(i) + 0.3 * Math.cos(i * i * i)));
        GateSequence sequence = sequence(FILE, limits(false, true), null);

        String first = ask(sequence, true);
        // A revision does not change. If it did, nobody would fetch its rows again.
        ingress.serve(
                "candidate-",
                function("2", i -> error(i) + 0.3 * Math.cos(i * i * i)).trainedOn(seen(0, ROWS)));

        assertThat(withoutTimes(ask(sequence, true))).isEqualTo(withoutTimes(first));
    }

    private static List<String> withoutTimes(String said) {
        return said.lines().filter(line -> !line.matches("(p99|probes) .*")).toList();
    }

    private GateSequence sequence(String file, EvaluationLimits errors, @Nullable ParityRows parity)
            throws IOException {
        Path path = Files.writeString(folder.resolve("rows.csv"), file);
        return new GateSequence(
                new Limits(null, null, errors, probeDistance, 0.4, latency, 0.9),
                null,
                parity,
                new LabelledRowsSource(EvaluationFile.read(path), null, errors),
                InstantSource.system(),
                PACE,
                new ProgressPrinter(
                        new PrintStream(OutputStream.nullOutputStream()),
                        false,
                        InstantSource.system()));
    }

    /** Runs the gates, and returns the table and the problem. */
    private String ask(GateSequence sequence, boolean compared) throws Exception {
        List<GateResult> results = new ArrayList<>();
        FunctionClient live = compared ? client("live") : null;
        sequence.run(client("candidate"), live, true, results);
        stopping =
                results.stream()
                        .filter(result -> !result.passed())
                        .map(GateResult::gate)
                        .findFirst()
                        .orElse("");
        String problems = results.stream().map(GateResult::problem).collect(Collectors.joining());
        return String.join("\n", ResultTable.lines(results)) + "\n" + problems;
    }

    private FunctionClient client(String name) {
        URI address = URI.create("http://" + name + "-m.models.example.com");
        RevisionConnection connection =
                new RevisionConnection(
                        http, new RevisionAccess(ingress.address(), Map.of()), name, address);
        return new FunctionClient(connection, new AttemptCounts(), ErrorBudget.UNLIMITED, PACE);
    }
}
