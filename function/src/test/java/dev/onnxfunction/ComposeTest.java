package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.GeneratedClient;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.UserJar;

import org.assertj.core.data.Index;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Functions in a user's jar, before and after the model. */
@Timeout(300)
@Tag("slow")
class ComposeTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Map<String, String> CLASSES =
            Map.of(
                    "Enrich",
                    """
                    public class Enrich implements Function<Map<String, Object>, Object> {
                        public Object apply(Map<String, Object> row) {
                            switch (row.getOrDefault("code", "").toString()) {
                                case "null": return null;
                                case "text": return "a text";
                                case "keys": return Map.of(1, 2);
                                case "typo": return Map.of("area", 10, "Rooms", 3);
                                case "unknown": throw new IllegalArgumentException("no such code");
                                case "deep": return apply(row);
                                case "lazy": return new AbstractMap<String, Object>() {
                                    public Set<Map.Entry<String, Object>> entrySet() {
                                        throw new IllegalStateException("a secret");
                                    }
                                };
                                case "broken": throw new IllegalStateException("a secret");
                                case "for ever":
                                    try {
                                        Thread.sleep(1_000_000_000);
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                            }
                            if (row.containsKey("area")) {
                                return row;
                            }
                            Map<String, Object> rich = new HashMap<>(row);
                            rich.put("area", 10 * ((Number) row.get("code")).longValue());
                            rich.put("rooms", 3);
                            return rich;
                        }
                    }
                    """,
                    "Round",
                    """
                    public class Round implements UnaryOperator<Map<String, Object>> {
                        public Map<String, Object> apply(Map<String, Object> prediction) {
                            double predict = (double) prediction.get("predict");
                            if (predict > 1e6) {
                                throw new UnsupportedOperationException();
                            }
                            while (predict == 1005 && !Thread.currentThread().isInterrupted()) {
                                Thread.onSpinWait();
                            }
                            if (predict == 1006) {
                                prediction.put("more", new AbstractMap<String, Object>() {
                                    public Set<Map.Entry<String, Object>> entrySet() {
                                        throw new IllegalStateException("a secret");
                                    }
                                });
                            }
                            prediction.put("predict", predict < 0 ? (Object) Double.NaN : (Object) Math.round(predict));
                            return prediction;
                        }
                    }
                    """,
                    "All",
                    """
                    public class All implements Function<List<Map<String, Object>>, List<Map<String, Object>>> {
                        public List<Map<String, Object>> apply(List<Map<String, Object>> rows) {
                            List<Map<String, Object>> all = new ArrayList<>();
                            for (Map<String, Object> row : rows) {
                                if (!row.containsKey("drop")) {
                                    all.add(Map.of("area", rows.size(), "rooms", 0));
                                }
                            }
                            return all;
                        }
                    }
                    """,
                    "Label",
                    """
                    public class Label implements Function<dev.onnxfunction.predict.Prediction, Map<String, Object>> {
                        public Map<String, Object> apply(dev.onnxfunction.predict.Prediction prediction) {
                            return Map.of("label", prediction.predict() > 1003 ? "large" : "small");
                        }
                    }
                    """,
                    "Shout",
                    """
                    public class Shout implements Function<String, String> {
                        public String apply(String text) {
                            return text;
                        }
                    }
                    """,
                    "Sink",
                    """
                    public class Sink implements Consumer<Map<String, Object>> {
                        public void accept(Map<String, Object> row) {}
                    }
                    """,
                    "Fussy",
                    """
                    public class Fussy implements UnaryOperator<Map<String, Object>> {
                        public Fussy() {
                            throw new IllegalStateException("there is no database");
                        }
                        public Map<String, Object> apply(Map<String, Object> row) {
                            return row;
                        }
                    }
                    """,
                    "Predict",
                    """
                    public class Predict implements UnaryOperator<Map<String, Object>> {
                        public Map<String, Object> apply(Map<String, Object> row) {
                            return row;
                        }
                    }
                    """);

    @TempDir private static Path folder;
    private static Path jar;
    private static Path model;

    @BeforeAll
    static void makeJarAndModel() {
        jar = UserJar.of(folder, CLASSES);
        model =
                new OnnxGraph()
                        .input("area", Element.DOUBLE, OnnxGraph.N, 1)
                        .input("rooms", Element.DOUBLE, OnnxGraph.N, 1)
                        .doubles("little", new long[] {1}, 1.5)
                        .doubles("one", new long[] {1}, 1)
                        .doubles("thousand", new long[] {1}, 1000)
                        .node("Greater", "area little", "large")
                        .node("Cast", "large", "ones", OnnxGraph.Attribute.of("to", 11))
                        .node("ReduceSum", "ones", "count")
                        .node("Max", "count one", "counted")
                        .node("Mul", "counted thousand", "rows")
                        .node("Sum", "area rooms rows", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1)
                        .write(folder);
    }

    /**
     * The model adds 1000 to area + rooms for each row of the call with an area above 1.5, which
     * shows how many rows a call has. The start tests smaller areas; otherwise it would notice that
     * the model mixes rows, and call it row by row.
     */
    @Test
    void rowsGoThroughTheFunctionsAndTheModelInOneCall() {
        try (RunningFunction function = serving("enrich|predict", "Enrich")) {
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
        try (RunningFunction function = serving("predict | round", "Round")) {
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
    void aFunctionMayTakeAllRowsAtOnceAndOneAfterTheModelPredictions() {
        try (RunningFunction function = serving("all|predict|label", "All;example.Label")) {
            assertThat(function.predict("[{},{}]").body())
                    .isEqualTo("[{\"label\":\"large\"},{\"label\":\"large\"}]");
            assertThat(function.predict("{}").body()).isEqualTo("{\"label\":\"small\"}");
            HttpResponse<String> dropped = function.predict("[{},{\"drop\":true},{}]");
            assertThat(dropped.statusCode()).isEqualTo(422);
            assertThat(dropped.body())
                    .contains("{\"row\":0,\"problem\":\"the function all returns 2 rows for 3\"}");
        }
    }

    @Test
    void rowsOfOtherProtocolsGoThroughTheFunctionsToo() {
        String two = "[{\"code\":1},{\"code\":2}]";
        String refusal = "the function enrich refuses it: no such code";
        try (RunningFunction function = serving("enrich|predict|round", "Enrich;example.Round")) {
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
        try (RunningFunction function = serving("enrich|predict", "Enrich")) {
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

    @Test
    void limitsHoldForMapsToo() {
        try (RunningFunction function =
                serving("enrich|predict", "Enrich", "limits.max-rows=3", "limits.max-cells=4")) {
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
    void aFunctionHasTheTimeThatAPredictionHas() {
        try (RunningFunction function = serving("enrich|predict", "Enrich", "predict.timeout=2s")) {
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
        try (RunningFunction function = serving("predict|round", "Round", "predict.timeout=1s")) {
            assertThat(function.predict("{\"area\":1,\"rooms\":4}").statusCode()).isEqualTo(504);
        }
    }

    @Test
    void requestsDoNotMixUp() {
        try (RunningFunction function = serving("enrich|predict|round", "Enrich;example.Round")) {
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

    static Stream<Arguments> wrongDefinitions() {
        String what =
                "The setting spring.cloud.function.definition (SPRING_CLOUD_FUNCTION_DEFINITION) is"
                        + " ";
        String type =
                "Make it a Function<Map<String, Object>, Map<String, Object>> for each row, or a"
                    + " Function<List<Map<String, Object>>, List<Map<String, Object>>> for all rows"
                    + " of a request.";
        return Stream.of(
                arguments(
                        "enirch|predict",
                        "Enrich",
                        what
                                + "\"enirch|predict\", and names \"enirch\", which is not a"
                                + " function in the catalog. Choose from enrich, predict, or add"
                                + " the class of the function to"
                                + " spring.cloud.function.function-class."),
                arguments(
                        "enrich",
                        "Enrich",
                        what
                                + "\"enrich\", and must name predict once. Put predict where the"
                                + " model should run, such as enrich|predict."),
                arguments(
                        "predict|predict",
                        "Enrich",
                        what + "\"predict|predict\", and must name predict once."),
                arguments(
                        "|predict", "Enrich", "names \"\", which is not a function in the catalog"),
                arguments(
                        "shout|predict",
                        "Shout",
                        what
                                + "\"shout|predict\", and names \"shout\", which is a"
                                + " Function<java.lang.String, java.lang.String>, and is to take"
                                + " and return rows before predict. "
                                + type),
                arguments(
                        "label|predict",
                        "Label",
                        "is to take and return rows before predict. " + type),
                arguments(
                        "predict|round|label",
                        "Round;example.Label",
                        "is to take what is before it and return rows. " + type));
    }

    @ParameterizedTest
    @MethodSource("wrongDefinitions")
    void aWrongDefinitionStopsTheStart(String definition, String classes, String message) {
        assertThat(RunningFunction.refusing(model, settings(definition, classes)))
                .contains(message);
    }

    static Stream<Arguments> wrongClasses() {
        return Stream.of(
                arguments("None", "The function class example.None of %s is not there."),
                arguments(
                        "Sink",
                        "The function class example.Sink of %s is not a"
                                + " java.util.function.Function. Set"
                                + " spring.cloud.function.function-class"),
                arguments(
                        "Fussy",
                        "The function class example.Fussy of %s fails when it is created:"
                            + " java.lang.IllegalStateException: there is no database. Correct its"
                            + " constructor, or what it needs."),
                arguments(
                        "Predict",
                        "There are two functions named \"predict\", the second is"
                                + " example.Predict."));
    }

    @ParameterizedTest
    @MethodSource("wrongClasses")
    void aWrongClassStopsTheStart(String name, String message) {
        assertThat(RunningFunction.refusing(model, settings("predict", name)))
                .contains(message.formatted(jar));
    }

    @Test
    void aJarThatIsNotThereStopsTheStart() {
        assertThat(
                        RunningFunction.refusing(
                                model,
                                "spring.cloud.function.location=/none.jar",
                                "spring.cloud.function.function-class=example.Enrich"))
                .isEqualTo(
                        "The functions' jar /none.jar does not exist. Set"
                            + " spring.cloud.function.location (SPRING_CLOUD_FUNCTION_LOCATION) to"
                            + " the path of a readable jar, or of a folder of classes.");
    }

    @Test
    void whatIsDescribedIsTrueOfTheFunctionsToo() throws IOException {
        String card =
                """
                {"name": "m", "version": "1", "target": {"name": "y"},
                 "features": [{"name": "a", "type": "double"}], "example": {"a": 1e0}}
                """;
        Path described = OnnxGraph.linear(1, 2).card(card).write(folder);
        List<String> settings = List.of(settings("enrich|predict|round", "Enrich;example.Round"));
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
        try (RunningFunction function = serving("predict", "Enrich")) {
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

    private static RunningFunction serving(String definition, String classes, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings(definition, classes)));
        all.addAll(List.of(settings));
        return RunningFunction.serving(model, all.toArray(String[]::new));
    }

    private static String[] settings(String definition, String classes) {
        return new String[] {
            "spring.cloud.function.definition=" + definition,
            "spring.cloud.function.location=" + jar,
            "spring.cloud.function.function-class=example." + classes
        };
    }

    private static HttpRequest.Builder post(RunningFunction function, String json) {
        return function.request("/predict")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }
}
