package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.GeneratedClient;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.TestedServer;

import org.assertj.core.data.Index;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Functions in a user's jar, before and after the model. */
@Timeout(300)
@Tag("slow")
class ComposeTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir private static Path folder;
    private static ComposedFunctions functions;

    @BeforeAll
    static void makeJarAndModel() {
        functions = ComposedFunctions.in(folder);
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void rowsGoThroughTheFunctionsAndTheModelInOneCall() {
        try (RunningFunction function = functions.serving("enrich|predict", "Enrich")) {
            assertThat(function.predict("{\"code\":2}").body())
                    .isEqualTo("{\"status\":\"ok\",\"predict\":1023.0}");
            assertThat(function.predict("{\"area\":0.5,\"rooms\":3e0}").body())
                    .contains("\"predict\":1003.5}");
            assertThat(function.predict("[{\"code\":1},{\"code\":2}]").body())
                    .isEqualTo(
                            "[{\"status\":\"ok\",\"predict\":2013.0},{\"status\":\"ok\",\"predict\":2023.0}]");
            assertThat(function.predict("[]").body()).isEqualTo("[]");
        }
    }

    @Test
    void functionsAfterTheModelMakeTheAnswer() {
        try (RunningFunction function = functions.serving("predict | round", "Round")) {
            assertThat(function.predict("{\"area\":0.1,\"rooms\":0.3}").body())
                    .isEqualTo("{\"status\":\"ok\",\"predict\":1000}");
            HttpResponse<String> failed =
                    function.predict(
                            "[{\"area\":1,\"rooms\":1},{\"area\":1e7,\"rooms\":1},{\"area\":-1e5,\"rooms\":1}]");
            assertThat(failed.statusCode()).isEqualTo(422);
            assertThat(failed.body())
                    .contains(
                            "\"errors\":[{\"row\":1,\"problem\":\"the function round fails:"
                                    + " java.lang.UnsupportedOperationException\"}]");
            assertThat(function.predict("[{\"area\":-1e5,\"rooms\":1}]").body())
                    .contains(
                            "\"errors\":[{\"row\":0,\"problem\":\"the function round returns a"
                                    + " number that is not finite\"}]");
            assertThat(function.predict("{\"area\":1,\"rooms\":5}").body())
                    .contains(
                            "\"status\":422",
                            "\"errors\":[{\"row\":0,\"problem\":\"the function round returns what"
                                    + " JSON cannot hold\"}]");
        }
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void aFunctionMayTakeAllRowsAtOnceAndOneAfterTheModelPredictions() {
        try (RunningFunction function = functions.serving("all|predict|label", "All;Label")) {
            assertThat(function.predict("[{},{}]").body())
                    .isEqualTo("[{\"label\":\"large\"},{\"label\":\"large\"}]");
            assertThat(function.predict("{}").body()).isEqualTo("{\"label\":\"small\"}");
            HttpResponse<String> dropped = function.predict("[{},{\"drop\":true},{}]");
            assertThat(dropped.statusCode()).isEqualTo(422);
            assertThat(dropped.body())
                    .contains("{\"row\":0,\"problem\":\"the function all returns 2 rows for 3\"}");
        }
    }

    /** Otherwise an answer would be short of rows, and a single row would get an empty one. */
    @Test
    void aFunctionThatRemovesRowsFromTheListItGotIsFoundOut() {
        String failed = "{\"row\":0,\"problem\":\"the function prune returns %s rows for %s\"}";
        try (RunningFunction function = functions.serving("prune|predict|prune", "Prune")) {
            String kept = "{\"area\":1,\"rooms\":1}";
            String dropped = "{\"area\":1,\"rooms\":1,\"drop\":1}";
            String later = "{\"area\":1,\"rooms\":4}";
            for (String row : List.of(dropped, later)) {
                HttpResponse<String> answer = function.predict("[" + kept + "," + row + "]");
                assertThat(answer.body()).contains(failed.formatted(1, 2));
                assertThat(answer.statusCode()).isEqualTo(422);
                assertThat(function.predict(row).body()).contains(failed.formatted(0, 1));
                assertThat(function.post("/", row).body()).contains(failed.formatted(0, 1));
                assertThat(
                                function.post("/invocations", "{\"instances\":[" + row + "]}")
                                        .statusCode())
                        .isEqualTo(422);
            }
            assertThat(function.predict(kept).body()).contains("\"predict\":1002.0");
        }
    }

    /** The text that MLflow's clients may ask for has only the model's numbers. */
    @Test
    void noAnswerGoesPastTheFunctionsAfterTheModel() {
        try (RunningFunction function = functions.serving("predict|label", "Label")) {
            for (String type : List.of("text/csv", "application/json")) {
                String rows =
                        type.equals("text/csv")
                                ? "area,rooms\n1,1\n"
                                : "{\"instances\":[{\"area\":1,\"rooms\":1}]}";
                HttpRequest.Builder request =
                        function.request("/invocations")
                                .header("Content-Type", type)
                                .POST(HttpRequest.BodyPublishers.ofString(rows));
                assertThat(function.send(request).body())
                        .isEqualTo("{\"predictions\":[{\"label\":\"small\"}]}");
                assertThat(function.send(request.header("Accept", "text/csv")).statusCode())
                        .isEqualTo(406);
            }
        }
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void rowsOfOtherProtocolsGoThroughTheFunctionsToo() {
        String two = "[{\"code\":1},{\"code\":2}]";
        String refusal = "the function enrich refuses it: no such code";
        try (RunningFunction function = functions.serving("enrich|predict|round", "Enrich;Round")) {
            String predictions =
                    "{\"predictions\":[{\"status\":\"ok\",\"predict\":2013},"
                            + "{\"status\":\"ok\",\"predict\":2023}]}";
            String v1 = function.get("/v1/models").body().replaceAll(".*\\[\"|\"].*", "");
            String path = "/v1/models/" + v1 + ":predict";
            assertThat(function.post(path, "{\"instances\":" + two + "}").body())
                    .isEqualTo(predictions);
            assertThat(function.post("/invocations", "{\"dataframe_records\":" + two + "}").body())
                    .isEqualTo(predictions);
            assertThat(function.post(path, "{\"instances\":[{\"code\":\"unknown\"}]}").body())
                    .startsWith("{\"error\":")
                    .contains(refusal);
            HttpResponse<String> stream =
                    function.send(
                            function.request("/predict")
                                    .header("Content-Type", "application/x-ndjson")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    """
                                                    {"code":1}
                                                    {"code":"unknown"}
                                                    {"code":3}
                                                    """)));
            assertThat(stream.body().lines())
                    .hasSize(4)
                    .contains("{\"status\":\"ok\",\"predict\":1013}", Index.atIndex(0))
                    .contains("{\"status\":\"ok\",\"predict\":1033}", Index.atIndex(2))
                    .contains(
                            "{\"status\":\"end\",\"predicted\":2,\"refused\":1}", Index.atIndex(3))
                    .element(1)
                    .asString()
                    .startsWith("{\"row\":1,")
                    .contains(refusal);
        }
    }

    static Stream<Arguments> faults() {
        String failed = "\"title\":\"Function failed\",\"status\":422";
        String invalid = "\"title\":\"Invalid features\",\"status\":400";
        return Stream.of(
                arguments(
                        "null",
                        failed,
                        "{\"row\":1,\"problem\":\"the function enrich returns null\"}"),
                arguments(
                        "text",
                        failed,
                        "{\"row\":1,\"problem\":\"the function enrich returns a java.lang.String,"
                                + " must return a row as a Map of strings\"}"),
                arguments("keys", failed, "returns a Map whose keys are not strings"),
                arguments(
                        "deep",
                        failed,
                        "{\"row\":1,\"problem\":\"the function enrich fails:"
                                + " java.lang.StackOverflowError\"}"),
                arguments(
                        "lazy",
                        failed,
                        "{\"row\":1,\"problem\":\"the function enrich fails:"
                                + " java.lang.IllegalStateException\"}"),
                arguments(
                        "broken",
                        failed,
                        "{\"row\":1,\"problem\":\"the function enrich fails:"
                                + " java.lang.IllegalStateException\"}"),
                arguments(
                        "unknown",
                        invalid,
                        "{\"row\":1,\"problem\":\"the function enrich refuses it: no such code\"}"),
                arguments(
                        "typo",
                        invalid,
                        "{\"row\":1,\"feature\":\"rooms\",\"problem\":\"missing, but there is"
                                + " \\\"Rooms\\\"\"}"));
    }

    @Test
    void everyFaultHasItsRow() {
        try (RunningFunction function = functions.serving("enrich|predict", "Enrich")) {
            faults().map(Arguments::get)
                    .forEach(
                            fault -> {
                                HttpResponse<String> answer =
                                        function.predict(
                                                "[{\"code\":1},{\"code\":\"%s\"},{\"code\":3}]"
                                                        .formatted(fault[0]));
                                assertThat(answer.body())
                                        .contains((String) fault[1], (String) fault[2])
                                        .containsOnlyOnce("\"row\"")
                                        .doesNotContain("secret");
                            });
            assertThat(function.predict("[{\"code\":1},7,{\"code\":1,\"code\":2}]").body())
                    .contains(
                            "{\"row\":1,\"problem\":\"is a number, must be an object\"}",
                            "{\"row\":2,\"feature\":\"code\",\"problem\":\"is given twice\"}");
            assertThat(function.predict("[{\"code\":1}").body()).contains("Malformed JSON");
            assertThat(function.post("/explain", "{\"code\":\"unknown\"}").body())
                    .contains("refuses it: no such code");
        }
    }

    /** Numbers go through all events, although refused rows never reach the model's batch. */
    @Test
    void everyFaultOfABatchOfEventsHasItsRow() {
        String good = "{\"code\":1}";
        String unknown = "{\"code\":\"unknown\"}";
        String typo = "{\"code\":\"typo\"}";
        String broken = "{\"code\":\"broken\"}";
        try (RunningFunction function =
                functions.serving("enrich|predict", "Enrich", "limits.max-rows=9")) {
            assertThat(events(function, "[" + good + "," + unknown + "]", typo, "[]", good, "[7]"))
                    .contains("Invalid features", "3 faults")
                    .contains("{\"row\":1,\"problem\":\"the function enrich refuses it")
                    .contains("{\"row\":2,\"feature\":\"rooms\"")
                    .contains("{\"row\":4,\"problem\":\"is a number");
            assertThat(events(function, "[" + good + "," + good + "]", "[{},{}]", broken))
                    .contains("Function failed")
                    .contains("{\"row\":2,", "{\"row\":3,")
                    .doesNotContain("{\"row\":0,");
            assertThat(events(function, "[" + (unknown + ",").repeat(8) + unknown + "]", good))
                    .contains("Too many rows");
        }
    }

    private static String events(RunningFunction function, String... data) {
        String batch =
                Stream.of(data)
                        .map(
                                rows ->
                                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\","
                                                + "\"type\":\"t\",\"data\":"
                                                + rows
                                                + "}")
                        .collect(Collectors.joining(",", "[", "]"));
        return function.send(
                        function.request("/")
                                .header("Content-Type", "application/cloudevents-batch+json")
                                .POST(HttpRequest.BodyPublishers.ofString(batch)))
                .body();
    }

    @Test
    void limitsHoldForMapsToo() {
        try (RunningFunction function =
                functions.serving(
                        "enrich|predict", "Enrich", "limits.max-rows=3", "limits.max-cells=4")) {
            String row = "{\"code\":1}";
            assertThat(function.predict("[" + row + "," + row + "]").statusCode()).isEqualTo(200);
            assertThat(function.predict("[" + (row + ",").repeat(2) + row + "]").body())
                    .contains("Too many cells");
            assertThat(
                            function.predict("{\"code\":1,\"note\":\"" + "x".repeat(99_999) + "\"}")
                                    .body())
                    .contains("\"predict\":1013.0");
        }
    }

    /** A function that waits forever is interrupted, and does not block health. */
    @Test
    @Tag(TestedServer.IMAGE)
    void aFunctionHasTheTimeThatAPredictionHas() {
        try (RunningFunction function =
                functions.serving("enrich|predict", "Enrich", "predict.timeout=2s")) {
            List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                running.add(function.sendAsync(post(function, "{\"code\":\"for ever\"}")));
            }
            assertThat(function.get("/actuator/health").statusCode()).isEqualTo(200);

            assertThat(running.stream().map(CompletableFuture::join))
                    .extracting(HttpResponse::statusCode)
                    .containsOnly(504);
            assertThat(function.predict("{\"code\":1}").statusCode()).isEqualTo(200);
        }
    }

    /** The last function notices the interrupt, and returns a row all the same. */
    @Test
    void aResultThatComesTooLateIsNoAnswer() {
        try (RunningFunction function =
                functions.serving("predict|round", "Round", "predict.timeout=1s")) {
            assertThat(function.predict("{\"area\":1,\"rooms\":4}").statusCode()).isEqualTo(504);
        }
    }

    /** Elements within a result are computed when it is written. */
    @Test
    void aResultThatIsSlowOrFailsWhileItIsWrittenIsNoAnswer() {
        try (RunningFunction function =
                functions.serving("predict|lazy", "Lazy", "predict.timeout=1s")) {
            assertThat(function.predict("{\"area\":1,\"rooms\":1}").statusCode()).isEqualTo(504);
            assertThat(function.predict("{\"area\":1,\"rooms\":4}").body())
                    .contains("the function lazy returns what JSON cannot hold")
                    .doesNotContain("secret");
            assertThat(function.get("/actuator/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void requestsDoNotMixUp() {
        try (RunningFunction function = functions.serving("enrich|predict|round", "Enrich;Round")) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(
                        function.sendAsync(
                                post(
                                        function,
                                        i % 7 == 0
                                                ? "{\"code\":\"broken\"}"
                                                : "{\"code\":" + i + "}")));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).join().body())
                        .contains(
                                i % 7 == 0 ? "Function failed" : "\"predict\":" + (10 * i + 1003));
            }
        }
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void whatIsDescribedIsTrueOfTheFunctionsToo() throws IOException {
        String card =
                """
                {"name": "m", "version": "1", "target": {"name": "y"},
                 "features": [{"name": "a", "type": "double"}], "example": {"a": 1e0}}
                """;
        Path described = OnnxGraph.linear(1, 2).card(card).write(folder);
        List<String> settings = List.of(functions.settings("enrich|predict|round", "Enrich;Round"));
        try (RunningFunction function =
                RunningFunction.serving(described, settings.toArray(String[]::new))) {
            assertThat(function.get("/model").body())
                    .contains("\"example\": {\"a\": 1e0}")
                    .endsWith(",\"x-definition\":\"enrich|predict|round\"}");
            JsonNode document = JSON.readTree(function.get("/openapi.json").body());
            assertThat(document.at("/info/description").asString())
                    .endsWith(" Rows go through enrich|predict|round.");
            assertThat(document.at("/components/schemas/Row").toString())
                    .isEqualTo(
                            "{\"type\":\"object\",\"description\":\"The input of enrich, whose"
                                    + " output must have the model's features, listed"
                                    + " here.\",\"properties\":{\"a\":{\"description\":\"a.\"}}}");
            assertThat(document.at("/components/schemas/Prediction").toString())
                    .isEqualTo(
                            "{\"type\":\"object\",\"description\":\"The output of round for the"
                                    + " prediction.\"}");
            assertThat(GeneratedClient.faults(document.toString())).isEmpty();
        }
    }

    /** Only the setting chooses functions; nothing in a request does. */
    @Test
    void nobodyOutsideCanChooseAFunction() {
        try (RunningFunction function = functions.serving("predict", "Enrich")) {
            for (String path :
                    List.of("/enrich", "/enrich|predict", "/predict/enrich", "/enrich,predict")) {
                String encoded = path.replace("|", "%7C");
                assertThat(function.post(encoded, "{\"code\":1}").statusCode())
                        .as(path)
                        .isEqualTo(404);
            }
            HttpResponse<String> answer =
                    function.send(
                            post(function, "{\"code\":1}")
                                    .header("spring.cloud.function.definition", "enrich|predict")
                                    .header("function.name", "enrich"));
            assertThat(answer.statusCode()).isEqualTo(400);
        }
    }

    private static HttpRequest.Builder post(RunningFunction function, String json) {
        return function.request("/predict")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }
}
