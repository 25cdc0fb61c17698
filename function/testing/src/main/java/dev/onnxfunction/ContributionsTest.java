package dev.onnxfunction;

import static dev.onnxfunction.Explained.BACKGROUND;
import static dev.onnxfunction.Explained.EXAMPLES;
import static dev.onnxfunction.Explained.ROW;
import static dev.onnxfunction.Explained.assertAddsUp;
import static dev.onnxfunction.Explained.background;
import static dev.onnxfunction.Explained.card;
import static dev.onnxfunction.Explained.firstOf;
import static dev.onnxfunction.Explained.graph;
import static dev.onnxfunction.Explained.ok;
import static dev.onnxfunction.Explained.product;
import static dev.onnxfunction.Explained.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Coalitions;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.List;

/** Contributions add up to the prediction, and are exact where that is possible. */
class ContributionsTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir private Path folder;

    @Test
    @Tag(TestedServer.IMAGE)
    void aLinearModelIsExplainedExactlyAgainstTheTrainingMeans() {
        try (RunningFunction function = RunningFunction.shared()) {
            ObjectNode means = JSON.createObjectNode();
            JsonNode features = JSON.readTree(function.get("/model").body()).get("features");
            features.forEach(
                    feature -> means.set(feature.get("name").asString(), feature.get("mean")));
            double base = predict(function, means);

            JsonNode rows = Boston.parity().get("rows");
            JsonNode explanations = ok(function.post("/explain", firstOf(rows, 100)));

            assertThat(explanations).hasSize(100);
            for (int i = 0; i < explanations.size(); i++) {
                JsonNode explanation = explanations.get(i);
                double predict = predict(function, rows.get(i));
                assertThat(explanation.propertyNames())
                        .containsExactly(
                                "status", "predict", "base", "contributions", "method", "model");
                assertThat(explanation.get("status").asString()).isEqualTo("ok");
                assertThat(explanation.get("predict").asDouble()).isEqualTo(predict);
                assertThat(explanation.get("method").asString()).isEqualTo("linear");
                assertThat(explanation.get("base").asDouble()).isCloseTo(base, within(1e-9));
                assertAddsUp(explanation, 1e-9);
            }
            JsonNode contributions = explanations.get(0).get("contributions");
            assertThat(contributions.propertyNames())
                    .containsExactlyElementsOf(means.propertyNames());
            for (String name : means.propertyNames()) {
                ObjectNode typical = ((ObjectNode) rows.get(0)).deepCopy();
                typical.set(name, means.get(name));
                double expected = predict(function, rows.get(0)) - predict(function, typical);
                assertThat(contributions.get(name).asDouble())
                        .as(name)
                        .isCloseTo(expected, within(1e-9));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "linear,     linear,  1e-9",
        "mlp,        shapley, 1e-9",
        "imputing,   shapley, 1e-9",
        "california, shapley, 1e-9"
    })
    @Tag(TestedServer.MODEL)
    @Tag(TestedServer.IMAGE)
    void contributionsOfEveryModelAddUp(String example, String method, double tolerance) {
        JsonNode rows =
                JSON.readTree(EXAMPLES.resolve(Path.of(example, "rows.json")).toFile()).get("rows");
        try (RunningFunction function =
                RunningFunction.sharedServing(EXAMPLES.resolve(Path.of(example, "model.onnx")))) {
            JsonNode explanations = ok(function.post("/explain", firstOf(rows, 20)));
            JsonNode predictions = ok(function.predict(firstOf(rows, 20)));

            assertThat(explanations).hasSize(20);
            for (int i = 0; i < 20; i++) {
                JsonNode explanation = explanations.get(i);
                assertThat(explanation.get("method").asString()).isEqualTo(method);
                assertThat(explanation.get("predict")).isEqualTo(predictions.get(i).get("predict"));
                assertThat(explanation.get("base")).isEqualTo(explanations.get(0).get("base"));
                assertAddsUp(explanation, tolerance);
            }
        }
    }

    @Test
    @Tag(TestedServer.MODEL)
    void shapleyValuesAreExactWhereAtMostTwoFeaturesActTogether() {
        Path model = product(background(), folder);
        Coalitions exact = new Coalitions(x -> x[0] * x[1] + x[2], BACKGROUND);

        try (RunningFunction function = RunningFunction.serving(model, "explain.samples=5")) {
            assertExplains(ok(function.post("/explain", row(ROW))), exact, 1e-12);
        }
    }

    /** The tolerances are about three standard errors. */
    @ParameterizedTest
    @CsvSource({"10, 3.2", "100, 1.0", "10000, 0.1"})
    @Tag(TestedServer.MODEL)
    void shapleyValuesComeTheCloserTheMoreSamplesThereAre(int samples, double tolerance) {
        Path model =
                graph().node("Mul", "a b", "ab")
                        .node("Mul", "ab c", "abc")
                        .node("Exp", "a", "e")
                        .node("Add", "abc e", "y")
                        .card(card(background()))
                        .write(folder);
        Coalitions exact = new Coalitions(x -> x[0] * x[1] * x[2] + Math.exp(x[0]), BACKGROUND);

        try (RunningFunction function =
                RunningFunction.serving(model, "explain.samples=" + samples)) {
            assertExplains(ok(function.post("/explain", row(ROW))), exact, tolerance);
        }
    }

    @Test
    @Tag(TestedServer.MODEL)
    void fewerSamplesThanRowsOfTheBackgroundUseTheFirstOfThem() {
        Coalitions exact =
                new Coalitions(
                        x -> x[0] * x[1] + x[2], new double[][] {BACKGROUND[0], BACKGROUND[1]});

        try (RunningFunction function =
                RunningFunction.serving(product(background(), folder), "explain.samples=2")) {
            assertExplains(ok(function.post("/explain", row(ROW))), exact, 1e-12);
        }
    }

    private static void assertExplains(JsonNode explanation, Coalitions exact, double tolerance) {
        assertThat(explanation.get("method").asString()).isEqualTo("shapley");
        assertThat(explanation.get("base").asDouble()).isCloseTo(exact.base(), within(1e-12));
        assertAddsUp(explanation, 1e-12);
        double[] values = exact.shapleyValues(ROW);
        for (int i = 0; i < values.length; i++) {
            String name = List.of("a", "b", "c").get(i);
            assertThat(explanation.get("contributions").get(name).asDouble())
                    .as(name)
                    .isCloseTo(values[i], within(tolerance));
        }
    }

    @Test
    @Tag(TestedServer.MODEL)
    void everyKindOfNumberHasItsWeight() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("wide", Element.DOUBLE, OnnxGraph.N, 1)
                        .input("whole", Element.INT64, OnnxGraph.N, 1)
                        .input("flag", Element.BOOL, OnnxGraph.N, 1)
                        .input("constant", Element.DOUBLE, OnnxGraph.N, 1)
                        .doubles("three", new long[] {1}, 3)
                        .node("Mul", "wide three", "wide3")
                        .node("Cast", "whole", "w", OnnxGraph.Attribute.of("to", 11))
                        .node("Cast", "flag", "f", OnnxGraph.Attribute.of("to", 11))
                        .node("Sum", "wide3 w f constant", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
                                {"name": "wide", "type": "double", "min": -1, "max": 5, "mean": 2},
                                {"name": "whole", "type": "int64", "min": 0, "max": 9, "mean": 3.5},
                                {"name": "flag", "type": "bool", "min": 0, "max": 1, "mean": 0.25},
                                {"name": "constant", "type": "double", "min": 7, "max": 7, "mean": 7}]}
                                """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(
                            function.post(
                                            "/explain",
                                            "{\"wide\":4,\"whole\":3,\"flag\":true,\"constant\":9}")
                                    .body())
                    .isEqualTo(
                            "{\"status\":\"ok\",\"predict\":25.0,\"base\":16.75,\"contributions\":"
                                + "{\"wide\":6.0,\"whole\":-0.5,\"flag\":0.75,\"constant\":2.0},"
                                + "\"method\":\"linear\",\"model\":\"m@1\"}");
        }
    }

    @Test
    @Tag(TestedServer.MODEL)
    void aRangeThatTheGraphRefusesGivesNoWeights() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("n", Element.INT32, OnnxGraph.N, 1)
                        .node("Cast", "n", "y", OnnxGraph.Attribute.of("to", 11))
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
                                {"name": "n", "type": "int32", "min": 0, "max": 1e12, "mean": 4}],
                                 "background": [[2], [4]]}
                                """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            JsonNode explanation = ok(function.post("/explain", "{\"n\":7}"));

            assertThat(explanation.get("method").asString()).isEqualTo("shapley");
            assertThat(explanation.get("base").asDouble()).isEqualTo(3);
        }
    }

    @Test
    @Tag(TestedServer.MODEL)
    void aLinearModelInSinglePrecisionIsOne() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.FLOAT, OnnxGraph.N, 2)
                        .floats("w", new long[] {2, 1}, 0.1f, -3.7f)
                        .floats("b", new long[] {1}, 100)
                        .node("Gemm", "x w b", "y")
                        .output("y", Element.FLOAT, OnnxGraph.N, 1)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
                                {"name": "a", "type": "float", "min": 0, "max": 1000, "mean": 333.3},
                                {"name": "b", "type": "float", "min": -2, "max": 2, "mean": 0.1}]}
                                """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            JsonNode explanation = ok(function.post("/explain", "{\"a\":0.3,\"b\":1.7}"));

            assertThat(explanation.get("method").asString()).isEqualTo("linear");
            assertThat(explanation.get("contributions").get("a").asDouble())
                    .isCloseTo(-33.3, within(1e-3));
            assertThat(explanation.get("contributions").get("b").asDouble())
                    .isCloseTo(-5.92, within(1e-3));
            assertAddsUp(explanation, 1e-5);
        }
    }

    /** The model is linear within the training range and clipped at 0 far below it. */
    @Test
    @Tag(TestedServer.MODEL)
    void aRowForWhichAModelIsNotLinearIsComparedWithTheBackground() {
        Path model =
                graph().node("Sum", "a b c", "sum")
                        .node("Relu", "sum", "y")
                        .card(card(background()).replace("-9", "0"))
                        .write(folder);
        Coalitions exact = new Coalitions(x -> Math.max(0, x[0] + x[1] + x[2]), BACKGROUND);

        try (RunningFunction function = RunningFunction.serving(model)) {
            JsonNode explanations =
                    ok(function.post("/explain", "[" + row(1, 2, 3) + "," + row(-50, 2, 3) + "]"));

            assertThat(explanations.get(0).get("method").asString()).isEqualTo("linear");
            assertThat(explanations.get(1).get("method").asString()).isEqualTo("shapley");
            assertThat(explanations.get(1).get("base").asDouble())
                    .isCloseTo(exact.base(), within(1e-12));
            assertAddsUp(explanations.get(1), 1e-12);
        }
    }

    @Test
    @Tag(TestedServer.MODEL)
    void aMissingValueIsComparedWithTheBackground() {
        Path model =
                graph().node("IsNaN", "a", "gone")
                        .doubles("five", new long[] {1}, 5)
                        .node("Where", "gone five a", "filled")
                        .node("Sum", "filled b c", "y")
                        .card(card("[[1,2,3],[null,2,3]]"))
                        .write(folder);

        try (RunningFunction function = RunningFunction.serving(model)) {
            JsonNode explanation = ok(function.post("/explain", "{\"a\":null,\"b\":2,\"c\":4}"));

            assertThat(explanation.get("method").asString()).isEqualTo("shapley");
            assertThat(explanation.get("contributions").toString())
                    .isEqualTo("{\"a\":2.0,\"b\":0.0,\"c\":1.0}");
        }
    }

    @Test
    @Tag(TestedServer.MODEL)
    void aGraphThatTakesOneRowAtATimeIsExplainedAlike() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, 1, 1)
                        .node("Mul", "x x", "y")
                        .output("y", Element.DOUBLE, 1, 1)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"},
                                 "features": [{"name": "x", "type": "double"}],
                                 "background": [[1], [3]]}
                                """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            JsonNode explanation = ok(function.post("/explain", "{\"x\":4}"));

            assertThat(explanation.get("base").asDouble()).isEqualTo(5);
            assertThat(explanation.get("contributions").toString()).isEqualTo("{\"x\":11.0}");
        }
    }

    private static double predict(RunningFunction function, JsonNode row) {
        return ok(function.predict(row.toString())).get("predict").asDouble();
    }
}
