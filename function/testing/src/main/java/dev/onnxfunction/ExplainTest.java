package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Coalitions;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Project;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /explain}: contributions add up to the prediction, and are exact where that is
 * possible.
 */
class ExplainTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path EXAMPLES = Project.TRAINING.resolve("examples");

    /** Rows with the columns a, b and c. */
    private static final double[][] BACKGROUND = {
        {1, 2, 3}, {-2, 0.5, 1}, {0.25, -1, 4}, {3, 3, -2}, {1.5, -0.5, 0}
    };

    private static final double[] ROW = {2, -3, 1.25};

    @TempDir private Path folder;

    @Test
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

    @Test
    void aRowAloneGetsWhatItGetsInAnArrayAndEveryTime() {
        Path model = EXAMPLES.resolve(Path.of("mlp", "model.onnx"));
        JsonNode rows =
                JSON.readTree(EXAMPLES.resolve(Path.of("mlp", "rows.json")).toFile()).get("rows");
        String together;
        try (RunningFunction function = RunningFunction.sharedServing(model)) {
            together = function.post("/explain", firstOf(rows, 3)).body();
            for (int i = 0; i < 3; i++) {
                assertThat(ok(function.post("/explain", rows.get(i).toString())))
                        .isEqualTo(JSON.readTree(together).get(i));
            }
            assertThat(function.post("/explain", "[]").body()).isEqualTo("[]");
        }
        try (RunningFunction again = RunningFunction.serving(model)) {
            assertThat(again.post("/explain", firstOf(rows, 3)).body()).isEqualTo(together);
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
        Path model = product("ab", "a b", "y", "ab c");
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
                RunningFunction.serving(product("ab", "a b", "y", "ab c"), "explain.samples=2")) {
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                    | has none of them in its card",
                "[]                  | The background in the model's card is empty",
                "[7]                 | Row 0 of the background in the model's card is not an array",
                "[[1,2,3],[1,2]]     | Row 1 of the background in the model's card has fewer",
                "[[1,2,3,4]]         | Row 0 of the background in the model's card has more",
                "[[1,\"2\",3]]       | has a b that is a string, must be a number",
                "[[1,2,null]]        | has a c that is null, must be a number",
                "[[1,2,1e999]]       | has a c that is beyond the range of double",
                "[[1,2,,3]]          | The background in the model's card is not JSON: it has ','",
                "[[1,2,[3]]]         | has an object or array as a value"
            })
    void withoutABackgroundItIsSaidHowToAddOne(String background, String problem) {
        Path model = product("ab", "a b", "y", "ab c", background);

        try (RunningFunction function = RunningFunction.serving(model)) {
            HttpResponse<String> response = function.post("/explain", row(ROW));

            assertThat(response.statusCode()).isEqualTo(422);
            assertThat(response.headers().firstValue("content-type"))
                    .contains("application/problem+json");
            assertThat(response.body())
                    .contains("\"title\":\"No background\"")
                    .contains(problem)
                    .contains("Write rows into its card: python3 training-notebook-export/run.py");
            assertThat(function.predict(row(ROW)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aFileWithoutACardHasNoBackground() {
        try (RunningFunction function =
                RunningFunction.serving(
                        OnnxGraph.linear(1, 2, 3).write(folder), "model.features=a,b")) {
            HttpResponse<String> response = function.post("/explain", "{\"a\":1,\"b\":2}");

            assertThat(response.statusCode()).isEqualTo(422);
            assertThat(response.body()).contains("\"title\":\"No background\"");
        }
    }

    @Test
    void aRowFailsThatIsNoNumberMixedWithTheBackground() {
        Path model =
                graph().node("Sub", "a b", "gap")
                        .node("Log", "gap", "log")
                        .node("Add", "log c", "y")
                        .card(card("[[2,1,0],[9,1,0]]").replaceFirst("\"mean\": 1", "\"mean\": 2"))
                        .write(folder);

        try (RunningFunction function = RunningFunction.serving(model)) {
            HttpResponse<String> response =
                    function.post("/explain", "[" + row(3, 1, 0) + "," + row(9, 8, 0) + "]");

            assertThat(response.statusCode()).isEqualTo(422);
            assertThat(response.body())
                    .contains("\"title\":\"Prediction failed\"")
                    .contains("\"errors\":[{\"row\":1,\"problem\":\"the model predicts no finite");
        }
    }

    /** The prediction is 0.5e308, but a contributes 2e308 to it. */
    @Test
    void aContributionBeyondTheRangeOfDoubleIsNotAnswered() {
        Path model =
                graph().node("Sub", "a b", "gap")
                        .node("Add", "gap a", "twice")
                        .node("Add", "twice c", "y")
                        .card(card("[[1,1,1]]"))
                        .write(folder);

        try (RunningFunction function = RunningFunction.serving(model)) {
            String row = "{\"a\":1e308,\"b\":1.5e308,\"c\":0}";
            HttpResponse<String> response = function.post("/explain", row);

            assertThat(function.predict(row).body()).contains("\"predict\":5.0E307");
            assertThat(response.statusCode()).isEqualTo(422);
            assertThat(response.body()).contains("\"title\":\"Prediction failed\"");
            assertThat(function.post("/explain", "{\"a\":1,\"b\":2,\"c\":3}").body())
                    .contains("\"method\":\"linear\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"RM\":", "null", "{}", "[{\"RM\":\"6\"},7]", "{\"RM\":1e999}"})
    void aWrongBodyGetsWhatItGetsFromPredict(String body) {
        try (RunningFunction function = RunningFunction.shared()) {
            HttpResponse<String> response = function.post("/explain", body);

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).isEqualTo(function.predict(body).body());
        }
    }

    @Test
    void moreRowsThanAreAllowedAreTooMany() {
        String row = Boston.example().toString();
        try (RunningFunction function = RunningFunction.start("explain.max-rows=2")) {
            assertThat(ok(function.post("/explain", "[" + row + "," + row + "]"))).hasSize(2);

            HttpResponse<String> response =
                    function.post("/explain", "[" + row + "," + row + "," + row + "]");

            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(response.body())
                    .contains("\"title\":\"Too many rows\"")
                    .contains("The body has more than 2 rows. Send them in several requests.");
        }
    }

    @Test
    void theRowsOfTheBackgroundAreNotShown() {
        try (RunningFunction function = RunningFunction.shared()) {
            assertThat(function.get("/model").body()).doesNotContain("background");
        }
    }

    @Test
    void predictionsDoNotWaitForExplanations() {
        Path mlp = EXAMPLES.resolve(Path.of("mlp", "model.onnx"));
        JsonNode rows =
                JSON.readTree(EXAMPLES.resolve(Path.of("mlp", "rows.json")).toFile()).get("rows");
        try (RunningFunction function = RunningFunction.serving(mlp, "explain.samples=10000")) {
            CompletableFuture<HttpResponse<String>> explanation =
                    function.sendAsync(
                            function.request("/explain")
                                    .POST(BodyPublishers.ofString(firstOf(rows, 40))));
            for (int i = 0; i < 20; i++) {
                assertThat(function.predict(rows.get(i).toString()).statusCode()).isEqualTo(200);
            }
            assertThat(explanation).isNotDone();
            assertThat(ok(explanation.join())).hasSize(40);
        }
    }

    private Path product(String... nodes) {
        String background = nodes.length > 4 ? nodes[4] : background();
        return graph().node("Mul", nodes[1], nodes[0])
                .node("Add", nodes[3], nodes[2])
                .card(card(background))
                .write(folder);
    }

    private static OnnxGraph graph() {
        return new OnnxGraph()
                .input("a", Element.DOUBLE, OnnxGraph.N, 1)
                .input("b", Element.DOUBLE, OnnxGraph.N, 1)
                .input("c", Element.DOUBLE, OnnxGraph.N, 1)
                .output("y", Element.DOUBLE, OnnxGraph.N, 1);
    }

    private static String card(String background) {
        return """
        {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
         {"name": "a", "type": "double", "min": -9, "max": 9, "mean": 1, "missing": "allowed"},
         {"name": "b", "type": "double", "min": -9, "max": 9, "mean": 1},
         {"name": "c", "type": "double", "min": -9, "max": 9, "mean": 1}]%s}
        """
                .formatted(background == null ? "" : ", \"background\": " + background);
    }

    private static String background() {
        return JSON.writeValueAsString(BACKGROUND);
    }

    private static String row(double... values) {
        return "{\"a\":%s,\"b\":%s,\"c\":%s}".formatted(values[0], values[1], values[2]);
    }

    private static String firstOf(JsonNode rows, int count) {
        List<String> first = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            first.add(rows.get(i).toString());
        }
        return first.toString();
    }

    private static double predict(RunningFunction function, JsonNode row) {
        return ok(function.predict(row.toString())).get("predict").asDouble();
    }

    private static JsonNode ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static void assertAddsUp(JsonNode explanation, double tolerance) {
        double predict = explanation.get("predict").asDouble();
        double sum = explanation.get("base").asDouble();
        double largest = Math.max(Math.abs(predict), Math.abs(sum));
        for (JsonNode contribution : explanation.get("contributions")) {
            sum += contribution.asDouble();
            largest = Math.max(largest, Math.abs(contribution.asDouble()));
        }
        assertThat(sum).isCloseTo(predict, within(tolerance * largest));
    }
}
