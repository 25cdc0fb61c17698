package dev.onnxfunction;

import static dev.onnxfunction.testing.OnnxGraph.N;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The card or the settings determine which outputs of a graph are the prediction and its interval.
 */
class OutputsTest {

    private static final String FEATURE = "\"features\": [{\"name\": \"x\", \"type\": \"double\"}]";

    @TempDir Path folder;

    /** Returns a graph with the outputs q05 = x - 1, q50 = x and q95 = x + 2. */
    private static OnnxGraph threeOutputs() {
        return new OnnxGraph()
                .input("x", Element.DOUBLE, N, 1)
                .doubles("down", new long[] {1}, -1)
                .doubles("up", new long[] {1}, 2)
                .node("Add", "x down", "q05")
                .node("Identity", "x", "q50")
                .node("Add", "x up", "q95")
                .output("q05", Element.DOUBLE, N, 1)
                .output("q50", Element.DOUBLE, N, 1)
                .output("q95", Element.DOUBLE, N, 1);
    }

    /** Returns a graph with one output q of three columns: x - 1, x and x + 2. */
    private static OnnxGraph threeColumns(String name, long... shape) {
        return new OnnxGraph()
                .input("x", Element.DOUBLE, N, 1)
                .doubles("w", new long[] {1, 3}, 1, 1, 1)
                .doubles("b", new long[] {3}, -1, 0, 2)
                .node("Gemm", "x w b", name)
                .output(name, Element.DOUBLE, shape);
    }

    private static String card(String target, String members) {
        return "{\"name\": \"m\", \"version\": \"1\", \"target\": {\"name\": \"y\"%s}, %s%s}"
                .formatted(target, FEATURE, members);
    }

    @Test
    void severalThatCanBeThePredictionStopTheStartAndAreListed() {
        assertThat(RunningFunction.refusing(threeOutputs().write(folder)))
                .contains(
                        " has 3 outputs that can be the prediction: \"q05\" double [N, 1], \"q50\""
                                + " double [N, 1], \"q95\" double [N, 1]. Name it in model.output"
                                + " (MODEL_OUTPUT), or as \"output\" of \"target\" in the card."
                                + " Two others can be the interval: ");
    }

    @Test
    void ofTwoOutputsNoneIsLeftForAnInterval() {
        OnnxGraph two =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N, 1)
                        .node("Identity", "x", "mean")
                        .node("Neg", "x", "negative")
                        .output("mean", Element.DOUBLE, N, 1)
                        .output("negative", Element.DOUBLE, N, 1);

        assertThat(RunningFunction.refusing(two.write(folder)))
                .contains(" has 2 outputs that can be the prediction: ")
                .endsWith(" in the card.");
    }

    @ParameterizedTest
    @CsvSource({"q05, 4.0", "q50, 5.0", "q95, 7.0"})
    void theSettingNamesThePrediction(String output, String prediction) {
        assertAnswer(
                threeOutputs(),
                "{\"status\":\"ok\",\"predict\":" + prediction + "}",
                "model.output=" + output);
    }

    @Test
    void theSettingNamesTwoOutputsAsTheInterval() {
        assertAnswer(
                threeOutputs(),
                "{\"status\":\"ok\",\"predict\":5.0,\"interval\":[4.0,7.0]}",
                "model.output=q50",
                "model.interval=q05,q95");
    }

    @Test
    void ofThreeOutputsTheOneThatIsNoBoundIsThePrediction() {
        assertAnswer(
                threeOutputs(),
                "{\"status\":\"ok\",\"predict\":5.0,\"interval\":[4.0,7.0]}",
                "model.interval=q05,q95");
    }

    @Test
    void theCardNamesPredictionAndBounds() {
        assertAnswer(
                threeOutputs()
                        .card(
                                card(
                                        ", \"output\": \"q50\"",
                                        ", \"interval\": {\"level\": 0.9, \"method\":"
                                            + " \"quantiles\", \"outputs\": [\"q05\", \"q95\"]}")),
                "{\"status\":\"ok\",\"predict\":5.0,\"interval\":[4.0,7.0],\"model\":\"m@1\"}");
    }

    @ParameterizedTest
    @CsvSource({"-1, 3", "-1, -1"})
    void theSettingNamesTheLevelsOfColumns(long rows, long columns) {
        assertAnswer(
                threeColumns("q", rows, columns),
                "{\"status\":\"ok\",\"predict\":5.0,\"interval\":[4.0,7.0]}",
                "model.levels=0.05, 0.5, 0.95");
    }

    @Test
    void theCardNamesTheLevelsOfColumns() {
        OnnxGraph graph =
                threeColumns("q", N, 3)
                        .card(
                                card(
                                        ", \"output\": \"q\", \"levels\": [0.05, 0.5, 0.95]",
                                        ", \"interval\": {\"level\": 0.9, \"method\":"
                                                + " \"quantiles\", \"output\": \"q\"}"));

        assertAnswer(
                graph,
                "{\"status\":\"ok\",\"predict\":5.0,\"interval\":[4.0,7.0],\"model\":\"m@1\"}");
        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.predict("[{\"x\":1},{\"x\":2}]").body())
                    .contains("\"interval\":[0.0,3.0]", "\"interval\":[1.0,4.0]");
            assertThat(function.get("/openapi.json").body())
                    .contains("at the confidence level 0.9. quantiles");
        }
    }

    @Test
    void anIntervalBeyondTheRangeOfDoubleIsTheReasonOfTheFailure() {
        OnnxGraph graph =
                OnnxGraph.linear(1, 1)
                        .card(
                                card(
                                        "",
                                        ", \"interval\": {\"level\": 0.9, \"method\": \"m\","
                                                + " \"lower\": -1, \"upper\": 1.7e308}"));

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.predict("{\"x\":1.7e308}").body())
                    .contains("\"the interval of the prediction 1.7E308 is 1.7E308 to Infinity\"");
        }
    }

    @Test
    void theDescriptionOfAnIntervalWithoutACardNamesNoLevel() {
        try (RunningFunction function =
                RunningFunction.serving(threeOutputs().write(folder), "model.interval=q05,q95")) {
            assertThat(function.get("/openapi.json").body()).contains("Lower and upper bound.");
        }
    }

    static Stream<Arguments> wrongSettings() {
        return Stream.of(
                arguments(
                        "model.output=q5",
                        "has no output \"q5\", only \"q05\" double [N, 1], \"q50\" double [N, 1],"
                                + " \"q95\" double [N, 1]. Correct the name of the output in"
                                + " model.output"),
                arguments(
                        "model.interval=q05,q9",
                        "is configured with the output \"q9\" as interval, but it has no such"
                                + " output [N] or [N, 1]"),
                arguments(
                        "model.interval=q05",
                        "\"q05\" as interval, but it has no such output [N, 2]"),
                arguments("model.interval=q05,q50,q95", "with the interval [q05, q50, q95]"),
                arguments("model.levels=0.05,0.5,0.95", "has no outputs [N, 3] for the levels"),
                arguments("model.levels=0.1,0.9", "with the levels [0.1, 0.9] of its quantiles"));
    }

    @ParameterizedTest
    @MethodSource
    void wrongSettings(String setting, String problem) {
        assertThat(RunningFunction.refusing(threeOutputs().write(folder), setting))
                .contains(problem);
    }

    static Stream<Arguments> settingsThatContradictTheCard() {
        return Stream.of(
                arguments("model.output=q05", "has a card whose prediction is the output \"q50\""),
                arguments("model.interval=q05,q50", "has a card with an interval of its own"));
    }

    @ParameterizedTest
    @MethodSource
    void settingsThatContradictTheCard(String setting, String problem) {
        OnnxGraph graph =
                threeOutputs()
                        .card(
                                card(
                                        ", \"output\": \"q50\"",
                                        ", \"interval\": {\"level\": 0.9, \"method\":"
                                            + " \"quantiles\", \"outputs\": [\"q05\", \"q95\"]}"));

        assertThat(RunningFunction.refusing(graph.write(folder), setting)).contains(problem);
    }

    @Test
    void aCardWhoseIntervalIsOfAnotherLevelThanItsQuantiles() {
        OnnxGraph graph =
                threeColumns("q", N, 3)
                        .card(
                                card(
                                        ", \"levels\": [0.05, 0.5, 0.95]",
                                        ", \"interval\": {\"level\": 0.8, \"method\":"
                                                + " \"quantiles\", \"output\": \"q\"}"));

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .contains("interval has the level 0.8, but its outermost levels are [0.05, 0.5,");
    }

    @Test
    void severalTargets() {
        assertThat(RunningFunction.refusing(threeColumns("y", N, 3).write(folder)))
                .contains(
                        " predicts several numbers for each row: \"y\" double [N, 3]. If they are"
                            + " quantiles, set model.levels (MODEL_LEVELS) to their levels, such as"
                            + " 0.05,0.5,0.95. If they are several targets, export a model for"
                            + " each.");
    }

    @Test
    void severalTargetsThatAreNamedAsThePrediction() {
        assertThat(
                        RunningFunction.refusing(
                                threeColumns("y", N, 3).write(folder), "model.output=y"))
                .contains(" predicts several numbers for each row: \"y\" double [N, 3].");
    }

    @Test
    void aPredictionOfWholeNumbers() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N, 1)
                        .node("Cast", "x", "y", Attribute.of("to", 7))
                        .output("y", Element.INT64, N, 1);

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .endsWith(
                        "only \"y\" int64 [N, 1]. Export it again with a Cast to float as the last"
                                + " step of \"y\".");
    }

    @Test
    void labelsAndProbabilities() {
        OnnxGraph graph =
                threeColumns("probabilities", N, 3)
                        .node("ArgMax", "probabilities", "label", Attribute.of("axis", 1))
                        .output("label", Element.INT64, N, 1);

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .endsWith("Serve a regression model; a classifier predicts no number.");
    }

    private void assertAnswer(OnnxGraph graph, String answer, String... settings) {
        try (RunningFunction function = RunningFunction.serving(graph.write(folder), settings)) {
            assertThat(function.predict("{\"x\":5}").body()).isEqualTo(answer);
            assertThat(function.predict("[{\"x\":9},{\"x\":5}]").body()).endsWith(answer + "]");
        }
    }
}
