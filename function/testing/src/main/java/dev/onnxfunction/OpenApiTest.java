package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.GeneratedClient;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Project;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code GET /openapi.json}: a valid document that describes what the function really does. */
@Tag("slow")
class OpenApiTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path EXAMPLES = Project.TRAINING.resolve("examples");
    private static final String ROW = Boston.example().toString();

    @TempDir private Path folder;

    @Test
    @Tag(TestedServer.IMAGE)
    void theValidatorOfSwaggerFindsNoFault() {
        try (RunningFunction function = RunningFunction.shared()) {
            HttpResponse<String> response = function.get("/openapi.json");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type")).contains("application/json");
            assertThat(GeneratedClient.faults(response.body())).isEmpty();
        }
    }

    @Test
    void theValidatorOfSwaggerWouldFindAFault() {
        assertThat(GeneratedClient.faults("{\"openapi\":\"3.1.0\",\"paths\":{}}"))
                .anyMatch(fault -> fault.contains("info"));
        assertThat(GeneratedClient.faults("{")).isNotEmpty();
    }

    @Test
    @Tag(TestedServer.MODEL)
    @Tag(TestedServer.IMAGE)
    void aClientGeneratedFromItPredictsAndExplains() throws Exception {
        try (RunningFunction function = RunningFunction.shared()) {
            Path call = Project.FUNCTION.resolve("testing/src/main/resources/client/Call.java");
            ClassLoader client = GeneratedClient.load(function.get("/openapi.json").body(), call);
            @SuppressWarnings("unchecked")
            Function<String, List<Object>> calls =
                    (Function<String, List<Object>>)
                            client.loadClass("client.Call").getConstructor().newInstance();

            List<Object> answers = calls.apply(function.request("").build().uri().toString());

            assertThat((double) answers.get(0)).isCloseTo(29.80673285033054, within(1e-9));
            assertThat((double) answers.get(1)).isCloseTo(1.1053484598687255, within(1e-9));
            assertThat(answers.get(2)).isEqualTo("400 RM");
        }
    }

    @Test
    @Tag(TestedServer.OPERATIONS)
    @Tag(TestedServer.IMAGE)
    void everyPathIsInIt() {
        try (RunningFunction function = RunningFunction.shared()) {
            String detail = JSON.readTree(function.get("/none").body()).get("detail").asString();
            Matcher paths = Pattern.compile("There is: (.*)\\.$").matcher(detail);

            assertThat(paths.find()).isTrue();
            assertThat(document(function).get("paths").propertyNames())
                    .containsExactlyInAnyOrder(paths.group(1).split(", ", -1));
        }
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void itDescribesTheFeaturesAsTheCardDoes() {
        try (RunningFunction function = RunningFunction.shared()) {
            JsonNode document = document(function);
            JsonNode row = document.at("/components/schemas/Row");

            assertThat(document.at("/openapi").asString()).isEqualTo("3.1.0");
            assertThat(document.at("/info/title").asString()).isEqualTo("boston-house-prices");
            assertThat(document.at("/info/version").asString()).isEqualTo("3-59f7ce87");
            assertThat(row.get("required")).hasSize(13);
            assertThat(row.at("/properties/ZN").toString())
                    .isEqualTo(
                            "{\"type\":\"number\",\"format\":\"double\",\"description\":\"Share of"
                                    + " residential land zoned for lots of more than 25 000 square"
                                    + " feet. Unit: %. Training range: 0 to 100; values outside"
                                    + " are predicted with a"
                                    + " warning.\",\"x-unit\":\"%\",\"x-training-min\":0.0,"
                                    + "\"x-training-max\":100.0,"
                                    + "\"x-training-mean\":12.466992665036674}");
            assertThat(
                            document.at(
                                            "/components/schemas/Prediction/properties/predict/description")
                                    .asString())
                    .isEqualTo(
                            "Median value of owner-occupied homes in a census tract; capped at 50."
                                    + " Unit: 1000 USD.");
            assertThat(
                            numbers(
                                    document.at(
                                            "/paths/~1predict/post/requestBody/content"
                                                    + "/application~1json/examples/row/value")))
                    .isEqualTo(numbers(Boston.example()));
        }
    }

    private static Map<String, Double> numbers(JsonNode row) {
        return JSON.convertValue(row, new TypeReference<>() {});
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments(ROW, 200),
                arguments("[" + ROW + "]", 200),
                arguments("[]", 200),
                arguments(ROW.replace("6.575", "60.5"), 200),
                arguments(ROW.replace("{", "{\"note\":[1],"), 200),
                arguments("[" + ROW + "," + ROW + "," + ROW + "]", 413),
                arguments("{}", 400),
                arguments("[7]", 400),
                arguments("null", 400),
                arguments("\"row\"", 400),
                arguments(ROW.replace("RM", "rm"), 400),
                arguments(ROW.replace("6.575", "\"6.575\""), 400),
                arguments(ROW.replace("6.575", "null"), 400),
                arguments(ROW.replace("6.575", "[6.575]"), 400));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBodyIsTakenIfItsSchemaTakesItAndAnsweredAsItsSchemaSays(String body, int status) {
        try (RunningFunction function =
                RunningFunction.shared("limits.max-rows=2", "explain.max-rows=2")) {
            for (String path : List.of("/predict", "/explain")) {
                assertDocumented(function, path, body, status);
            }
        }
    }

    static Stream<String> examples() {
        return Stream.of(
                "linear", "mlp", "boosting", "lightgbm", "mixed", "imputing", "california");
    }

    @ParameterizedTest
    @MethodSource("examples")
    @Tag(TestedServer.MODEL)
    void rowsOfEveryKindOfModelFitItsSchema(String example) throws IOException {
        Path model = EXAMPLES.resolve(Path.of(example, "model.onnx"));
        JsonNode expected = JSON.readTree(EXAMPLES.resolve(Path.of(example, "rows.json")).toFile());
        List<String> settings = new ArrayList<>();
        if (!expected.get("features").isNull()) {
            settings.add(
                    "model.features="
                            + String.join(
                                    ",",
                                    expected.get("features")
                                            .valueStream()
                                            .map(JsonNode::asString)
                                            .toList()));
        }
        if (!expected.get("missing").isNull()) {
            settings.add("model.missing=" + expected.get("missing").asString());
        }
        try (RunningFunction function =
                RunningFunction.sharedServing(model, settings.toArray(String[]::new))) {
            assertDocumented(function, "/predict", expected.get("rows").toString(), 200);
            assertDocumented(function, "/predict", "{\"income\":true}", 400);
            int explained =
                    document(function).at("/info/version").asString().equals("unknown") ? 422 : 200;
            assertDocumented(
                    function, "/explain", expected.get("rows").get(0).toString(), explained);
            assertThat(GeneratedClient.faults(function.get("/openapi.json").body())).isEmpty();
        }
    }

    private static void assertDocumented(
            RunningFunction function, String path, String body, int status) {
        JsonNode document = document(function);
        JsonNode operation = document.get("paths").get(path).get("post");
        HttpResponse<String> response = function.post(path, body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode request = operation.at("/requestBody/content/application~1json/schema");
        boolean fits = schema(document, request).validate(body, InputFormat.JSON).isEmpty();
        assertThat(fits).as(body).isEqualTo(status == 200 || status == 422);
        assertAnswerIsDocumented(document, operation, response);
    }

    private static void assertAnswerIsDocumented(
            JsonNode document, JsonNode operation, HttpResponse<String> response) {
        JsonNode documented =
                operation.get("responses").get(Integer.toString(response.statusCode()));
        assertThat(documented).as("%d", response.statusCode()).isNotNull();
        if (documented.has("$ref")) {
            documented = document.at(documented.get("$ref").asString().substring(1));
        }
        String type = response.headers().firstValue("content-type").orElseThrow();
        JsonNode content = documented.get("content").get(type);
        assertThat(content).as(type).isNotNull();
        assertThat(
                        schema(document, content.get("schema"))
                                .validate(response.body(), InputFormat.JSON))
                .as(response.body())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/model", "/model/fingerprint", "/openapi.json"})
    @Tag(TestedServer.IMAGE)
    void everyOtherAnswerIsAsItsSchemaSays(String path) {
        try (RunningFunction function = RunningFunction.shared()) {
            JsonNode document = document(function);
            JsonNode operation = document.get("paths").get(path).get("get");

            assertAnswerIsDocumented(document, operation, function.get(path));
            assertAnswerIsDocumented(
                    document,
                    operation,
                    function.send(function.request(path).header("Accept", "text/csv")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/health",
                "/actuator/health/liveness",
                "/actuator/health/readiness",
                "/health/liveness",
                "/health/readiness"
            })
    @Tag(TestedServer.OPERATIONS)
    @Tag(TestedServer.IMAGE)
    void healthIsAsItsSchemaSays(String path) {
        everyOtherAnswerIsAsItsSchemaSays(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml"})
    @Tag(TestedServer.IMAGE)
    void aRefusalByHttpIsDocumentedToo(String type) {
        try (RunningFunction function = RunningFunction.shared()) {
            JsonNode document = document(function);
            HttpResponse<String> response =
                    function.send(
                            function.request("/predict")
                                    .header("Content-Type", type)
                                    .POST(BodyPublishers.ofString(ROW)));

            assertThat(response.statusCode()).isEqualTo(415);
            assertAnswerIsDocumented(document, document.at("/paths/~1predict/post"), response);
        }
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void whereKeysAreSetItAsksForOne() throws IOException {
        Path keys = Files.writeString(folder.resolve("keys"), "a-key-of-24-letters-0123\n");
        try (RunningFunction function = RunningFunction.start("access.keys=" + keys)) {
            assertThat(function.get("/openapi.json").statusCode()).isEqualTo(401);
            HttpResponse<String> response =
                    function.send(
                            function.request("/openapi.json")
                                    .header("Authorization", "Bearer a-key-of-24-letters-0123"));
            JsonNode document = JSON.readTree(response.body());

            assertThat(document.get("security").toString()).isEqualTo("[{\"key\":[]}]");
            assertThat(document.at("/components/securitySchemes/key/scheme").asString())
                    .isEqualTo("bearer");
            assertThat(document.at("/paths/~1actuator~1health/get/security")).isEmpty();
            assertAnswerIsDocumented(
                    document, document.at("/paths/~1predict/post"), function.post("/predict", ROW));
        }
        try (RunningFunction open = RunningFunction.shared()) {
            assertThat(document(open).get("security")).isEmpty();
        }
    }

    /** Names and texts of a card are never more than text. */
    @Test
    @Tag(TestedServer.MODEL)
    void everyTypeAndEveryTextIsDocumented() throws IOException {
        OnnxGraph graph = new OnnxGraph();
        for (Map.Entry<String, Element> input :
                Map.of("@row", Element.INT64, "n", Element.INT32, "flag", Element.BOOL)
                        .entrySet()) {
            graph.input(input.getKey(), input.getValue(), OnnxGraph.N, 1);
        }
        graph.input("a \"b\" $1 \\", Element.STRING, OnnxGraph.N, 1)
                .node("Cast", "n", "y", OnnxGraph.Attribute.of("to", 11))
                .output("y", Element.DOUBLE, OnnxGraph.N, 1)
                .card(
                        """
                        {"name": "m", "version": "1", "target": {"name": "y", "unit": "@row"},
                         "description": "\\\\1 and $1", "features": [
                         {"name": "@row", "type": "int64", "unit": "@predict"},
                         {"name": "n", "type": "int32", "min": 1, "max": 9, "mean": 2},
                         {"name": "flag", "type": "bool", "min": 0, "max": 1, "mean": 0.5},
                         {"name": "a \\"b\\" $1 \\\\", "type": "string", "missing": "allowed"}],
                         "example": {"@row": 7, "n": 2, "flag": true, "a \\"b\\" $1 \\\\": "c"}}
                        """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            JsonNode document = document(function);
            JsonNode properties = document.at("/components/schemas/Row/properties");

            assertThat(properties.get("@row").toString())
                    .isEqualTo(
                            "{\"type\":\"integer\",\"format\":\"int64\",\"description\":\"@row."
                                    + " Unit: @predict.\",\"x-unit\":\"@predict\"}");
            assertThat(properties.get("flag").get("type").asString()).isEqualTo("boolean");
            assertThat(properties.get("a \"b\" $1 \\").get("type").toString())
                    .isEqualTo("[\"string\",\"null\"]");
            assertThat(document.at("/info/description").asString()).startsWith("\\1 and $1 ");
            assertDocumented(function, "/predict", "{\"@row\":1,\"n\":3.0,\"flag\":false}", 200);
            assertDocumented(function, "/predict", "{\"@row\":1,\"n\":3.5,\"flag\":false}", 400);
            assertDocumented(function, "/predict", "{\"@row\":1,\"n\":3,\"flag\":0}", 400);
            assertDocumented(function, "/explain", "{\"@row\":1,\"n\":3,\"flag\":true}", 422);
        }
    }

    private static JsonNode document(RunningFunction function) {
        return JSON.readTree(function.get("/openapi.json").body());
    }

    /** Returns a schema, which may refer to others in the document. */
    private static Schema schema(JsonNode document, JsonNode schema) {
        String place = "https://onnxfunction.dev/openapi.json";
        JsonNode whole =
                JSON.createObjectNode()
                        .put("$id", place)
                        .set("components", document.get("components"));
        SchemaRegistry registry =
                SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12,
                        builder -> builder.schemas(Map.of(place, whole.toString())));
        return schema.has("$ref")
                ? registry.getSchema(SchemaLocation.of(place + schema.get("$ref").asString()))
                : registry.getSchema(schema.toString(), InputFormat.JSON);
    }
}
