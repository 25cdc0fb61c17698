package dev.onnxfunction;

import static dev.onnxfunction.Explained.EXAMPLES;
import static dev.onnxfunction.Explained.ROW;
import static dev.onnxfunction.Explained.background;
import static dev.onnxfunction.Explained.card;
import static dev.onnxfunction.Explained.firstOf;
import static dev.onnxfunction.Explained.graph;
import static dev.onnxfunction.Explained.ok;
import static dev.onnxfunction.Explained.product;
import static dev.onnxfunction.Explained.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** {@code POST /explain}: which rows and models it explains, what it refuses, and its limits. */
class ExplainTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir private Path folder;

    @Test
    @Tag(TestedServer.MODEL)
    @Tag(TestedServer.IMAGE)
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
    @Tag(TestedServer.MODEL)
    void withoutABackgroundItIsSaidHowToAddOne(String background, String problem) {
        Path model = product(background, folder);

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
    @Tag(TestedServer.IMAGE)
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
    @Tag(TestedServer.IMAGE)
    void aWrongBodyGetsWhatItGetsFromPredict(String body) {
        try (RunningFunction function = RunningFunction.shared()) {
            HttpResponse<String> response = function.post("/explain", body);

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).isEqualTo(function.predict(body).body());
        }
    }

    @Test
    @Tag(TestedServer.IMAGE)
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
    @Tag(TestedServer.IMAGE)
    void theRowsOfTheBackgroundAreNotShown() {
        try (RunningFunction function = RunningFunction.shared()) {
            assertThat(function.get("/model").body()).doesNotContain("background");
        }
    }

    @Test
    @Tag(TestedServer.IMAGE)
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
}
