package dev.onnxfunction;

import static dev.onnxfunction.testing.Responses.assertProblem;
import static dev.onnxfunction.testing.Responses.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Project;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Every endpoint over real HTTP, and the errors for everything that is not an endpoint. */
@Tag(TestedServer.IMAGE)
class EndpointsTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Path VECTORS =
            Project.TRAINING.resolve("tests").resolve("row-hash-vectors.json");

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.shared();
    }

    @Test
    void aRowGetsItsPredictionWithIntervalAndModel() {
        HttpResponse<String> response = function.predict(Boston.example().toString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        JsonNode prediction = JSON.readTree(response.body());
        assertThat(prediction.propertyNames())
                .containsExactly("status", "predict", "interval", "model");
        assertThat(prediction.get("interval")).hasSize(2);
    }

    @Test
    void aRowOutsideTheTrainingRangeGetsTheFeaturesThatAre() {
        String row = Boston.example().toString().replace("6.575", "60.5").replace("15.3", "1e-3");

        JsonNode prediction = JSON.readTree(function.predict(row).body());

        assertThat(prediction.get("outOfRange").toString()).isEqualTo("[\"RM\",\"PTRATIO\"]");
    }

    @Test
    void anArrayGetsAnArrayInTheSameOrder() {
        JsonNode rows = Boston.parity().get("rows");
        String three = "[" + rows.get(5) + "," + rows.get(3) + "," + rows.get(5) + "]";

        JsonNode predictions = JSON.readTree(function.predict(three).body());

        assertThat(predictions).hasSize(3);
        assertThat(predictions.get(0))
                .isEqualTo(predictions.get(2))
                .isNotEqualTo(predictions.get(1));
        assertThat(predictions.get(1).toString()).isEqualTo(alone(rows.get(3)));
    }

    private static String alone(JsonNode row) {
        return JSON.readTree(function.predict(row.toString()).body()).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", " [ ] "})
    void anEmptyArrayGetsAnEmptyArray(String body) {
        HttpResponse<String> response = function.predict(body);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("[]");
    }

    @Test
    void theRootSaysThatItIsAlive() {
        HttpResponse<String> response = function.get("/");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("text/plain;charset=utf-8");
        assertThat(response.body()).isEqualTo("I'M ALIVE!");
    }

    @Test
    void theModelIsItsCardAsServed() {
        HttpResponse<String> response = function.get("/model");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        JsonNode card = JSON.readTree(response.body());
        assertThat(card.get("name").asString()).isEqualTo("boston-house-prices");
        assertThat(card.get("features")).hasSize(13);
        assertThat(card.get("features").get(12).get("name").asString()).isEqualTo("LSTAT");
        assertThat(card.at("/metrics/rows").asInt()).isEqualTo(409);
        assertThat(card.at("/held_out/rows").asInt()).isEqualTo(97);
        assertThat(card.has("fingerprint")).isFalse();
    }

    /** What a terminal would obey is escaped, so each document is still the same JSON. */
    @Test
    @Tag(TestedServer.MODEL)
    void noDocumentHasInvisibleCharacters(@TempDir Path folder) throws IOException {
        String name = "\u009b2J\u202e";
        OnnxGraph graph =
                new OnnxGraph()
                        .input(name, Element.DOUBLE, OnnxGraph.N, 1)
                        .node("Neg", name, "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);
        String card =
                """
                {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
                  {"name": "%s", "type": "double", "min": 0, "max": 9, "mean": 5}]}
                """
                        .formatted(name);
        String escaped = "\"\\u009b2J\\u202e\"";
        try (RunningFunction bare = RunningFunction.serving(graph.write(folder))) {
            assertThat(bare.get("/model").body()).contains(escaped).doesNotContain(name);
        }
        try (RunningFunction carded = RunningFunction.serving(graph.card(card).write(folder))) {
            for (String path : List.of("/model", "/openapi.json", "/v2/models/m")) {
                assertThat(carded.get(path).body()).as(path).contains(escaped).doesNotContain(name);
            }
            assertThat(carded.post("/explain", "{" + escaped + ":1}").body())
                    .contains("\"contributions\":{" + escaped + ":4.0}");
        }
    }

    @Test
    void theFingerprintIsServedAsItStandsOnTheCard() throws Exception {
        HttpResponse<String> response = function.get("/model/fingerprint");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        JsonNode fingerprint = JSON.readTree(response.body());
        JsonNode vector = JSON.readTree(Files.readString(VECTORS)).at("/boston/fingerprint");
        for (String member : List.of("columns", "distinct", "bits", "hashes", "sha256")) {
            assertThat(fingerprint.get(member)).isEqualTo(vector.get(member));
        }
        byte[] filter = Base64.getDecoder().decode(fingerprint.get("filter").asString());
        assertThat(filter).hasSize(vector.get("bits").asInt() / 8);
        assertThat(MessageDigest.getInstance("SHA-256").digest(filter))
                .isEqualTo(HexFormat.of().parseHex(vector.get("sha256").asString()));
        assertThat(function.get("/model/fingerprint").body()).isEqualTo(response.body());
    }

    @Test
    void whereThereIsNoFingerprintItIsNotFound(@TempDir Path folder) throws IOException {
        Path model = OnnxGraph.linear(1, 2, 3).write(folder);
        try (RunningFunction bare = RunningFunction.serving(model, "model.features=a,b")) {
            assertProblem(
                    bare.get("/model/fingerprint"),
                    404,
                    "Not found",
                    "The model file has no fingerprint of the rows that the model was trained on.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/actuator/health           |"
                        + " {\"status\":\"UP\",\"groups\":[\"liveness\",\"readiness\"]}",
                "/actuator/health/liveness  | {\"status\":\"UP\"}",
                "/actuator/health/readiness | {\"status\":\"UP\"}"
            })
    @Tag(TestedServer.OPERATIONS)
    void healthIsUp(String path, String body) {
        HttpResponse<String> response = function.get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        assertThat(response.body()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/model",
                "/model/fingerprint",
                "/openapi.json",
                "/page/page.css",
                "/actuator/health/readiness"
            })
    void headGetsTheHeadersOfGet(String path) {
        HttpResponse<String> get = function.get(path);
        HttpResponse<String> head =
                function.send(function.request(path).method("HEAD", BodyPublishers.noBody()));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "content-length")).isEqualTo(header(get, "content-length"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/predict?pretty", "/predict?a=b&c=/d"})
    void theQueryIsIgnored(String path) {
        HttpResponse<String> response =
                function.send(
                        function.request(path)
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/predicts",
                "/predict/",
                "/Predict",
                "//predict",
                "/predict,predict",
                "/explain/",
                "/openapi",
                "/openapi.yaml",
                "/predict%7Cpredict",
                "/functionRouter",
                "/model/..",
                "/model/fingerprint/",
                "/actuator/env",
                "/page",
                "/page/",
                "/page/index.html",
                "/page/../page/page.js",
                "/page/none.js",
                "/favicon.ico"
            })
    void anythingElseIsNotFound(String path) {
        HttpResponse<String> response =
                function.send(
                        function.request(path)
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertProblem(response, 404, "Not found", "There is nothing at this path.");
    }

    @Test
    @Tag(TestedServer.OPERATIONS)
    void operationsAreAskedForByNameAndWithGetOnly() {
        assertThat(function.get("/actuator").statusCode()).isEqualTo(404);
        HttpResponse<String> response = function.post("/actuator/health/liveness", "");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(header(response, "allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,     /predict, POST",
        "HEAD,    /predict, POST",
        "PUT,     /predict, POST",
        "DELETE,  /predict, POST",
        "OPTIONS, /predict, POST",
        "PATCH,   /predict, POST",
        "GET,     /explain, POST",
        "POST,    /openapi.json, 'GET, HEAD'",
        "DELETE,  /,        'GET, HEAD, POST'",
        "POST,    /page/page.js, 'GET, HEAD'",
        "POST,    /model,   'GET, HEAD'",
        "DELETE,  /model,   'GET, HEAD'",
        "POST,    /model/fingerprint, 'GET, HEAD'"
    })
    void anotherMethodIsNotAllowed(String method, String path, String allowed) {
        HttpResponse<String> response =
                function.send(function.request(path).method(method, BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(header(response, "allow")).isEqualTo(allowed);
        if (!method.equals("HEAD")) {
            assertProblem(response, 405, "Method not allowed", "This path takes " + allowed);
        }
    }

    @Test
    void nothingOfTheRequestHeadersIsEchoed() {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Authorization", "Bearer secret-7")
                                .header("X-Request-Id", "secret-8")
                                .header("Cookie", "session=secret-9")
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map().keySet())
                .containsExactlyInAnyOrder("content-type", "content-length", "date");
        assertThat(response.headers().map().toString() + response.body()).doesNotContain("secret");
    }
}
