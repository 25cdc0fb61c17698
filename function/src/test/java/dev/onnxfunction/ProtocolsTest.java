package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** V1 and Vertex AI, MLflow and SageMaker give the same predictions and are equally strict. */
class ProtocolsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PREDICT = "/v1/models/boston-house-prices:predict";
    private static final String INVOCATIONS = "/invocations";
    private static final String ROW = Boston.example().toString();
    private static final String CSV =
            "0.00632,18,2.31,0,0.538,6.575,65.2,4.09,1,296,15.3,396.9,4.98";
    private static final String VALUES = "[" + CSV + "]";
    private static final String HEADER =
            "CRIM,ZN,INDUS,CHAS,NOX,RM,AGE,DIS,RAD,TAX,PTRATIO,B,LSTAT";
    private static final double PREDICTION = 29.80673285033054;
    private static final String KEY = "a-key-of-24-letters-0123";

    private static RunningFunction boston;

    @BeforeAll
    static void start() {
        boston =
                RunningFunction.start(
                        "limits.max-rows=3",
                        "aip.health.route=/isalive",
                        "aip.predict.route=/vertex/predict");
    }

    @AfterAll
    static void stop() {
        boston.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/models                     | {\"models\":[\"boston-house-prices\"]}",
                "/v1/models/boston-house-prices |"
                        + " {\"name\":\"boston-house-prices\",\"ready\":true}",
                "/isalive                       |"
                        + " {\"name\":\"boston-house-prices\",\"ready\":true}",
                "/ping                          | {\"status\":\"UP\"}",
                "/health                        | {\"status\":\"UP\"}"
            })
    void whatIsAskedBeforePredictions(String path, String body) {
        assertThat(boston.get(path).statusCode()).isEqualTo(200);
        assertThat(boston.get(path).body()).isEqualTo(body);
    }

    @Test
    void theVersionIsThatOfTheBuild() throws IOException {
        assertThat(Files.readString(Project.FUNCTION.resolve("../pom.xml")))
                .contains("<version>" + boston.get("/version").body() + "</version>");
    }

    static Stream<Arguments> taken() {
        String reversed =
                "\"columns\":[\"note\",\"LSTAT\",\"B\",\"PTRATIO\",\"TAX\",\"RAD\",\"DIS\","
                        + "\"AGE\",\"RM\",\"NOX\",\"CHAS\",\"INDUS\",\"ZN\",\"CRIM\"]";
        String data =
                "\"data\":[[null,4.98,396.9,15.3,296,1,4.09,65.2,6.575,0.538,0,2.31,18,0.00632]]";
        return Stream.of(
                arguments(PREDICT, "{\"instances\":[" + ROW + "]}"),
                arguments(PREDICT, "{\"signature_name\":\"x\",\"instances\":[" + VALUES + "]}"),
                arguments("/vertex/predict", "{\"instances\":[" + ROW + "],\"parameters\":{}}"),
                arguments(INVOCATIONS, "{\"instances\":[" + ROW + "]}"),
                arguments(INVOCATIONS, "{\"inputs\":[" + VALUES + "]}"),
                arguments(
                        INVOCATIONS, "{\"inputs\": " + ROW.replaceAll(":([0-9.]+)", ":[$1]") + "}"),
                arguments(INVOCATIONS, "{\"dataframe_records\":[" + ROW + "]}"),
                arguments(
                        INVOCATIONS,
                        "{\"dataframe_split\":{" + reversed + ",\"index\":[0]," + data + "}}"),
                arguments(INVOCATIONS, "{\"dataframe_split\":{" + data + "," + reversed + "}}"));
    }

    @ParameterizedTest
    @MethodSource
    void taken(String path, String body) {
        HttpResponse<String> response = boston.post(path, body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(response.body()).isEqualTo("{\"predictions\":[" + PREDICTION + "]}");
    }

    @Test
    void whoAsksForDetailsGetsWhatPredictAnswers() {
        String whole = "{\"predictions\":" + boston.predict("[" + ROW + "]").body() + "}";

        assertThat(
                        boston.post(
                                        PREDICT,
                                        "{\"parameters\":{\"details\":true},\"instances\":["
                                                + ROW
                                                + "]}")
                                .body())
                .isEqualTo(whole);
        assertThat(
                        boston.post(
                                        INVOCATIONS,
                                        "{\"inputs\":[" + ROW + "],\"params\":{\"details\":true}}")
                                .body())
                .isEqualTo(whole);
        assertThat(boston.post(PREDICT, "{\"instances\":[]}").body())
                .isEqualTo("{\"predictions\":[]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/csv                               | " + HEADER + "~" + CSV + "~",
                "text/csv; header=present; charset=utf-8 | " + HEADER + "~" + CSV,
                "text/csv; header=absent                | " + CSV + "~",
                "TEXT/CSV; Header=\"absent\"            | " + CSV
            })
    void csvHasAHeaderUnlessItsTypeSaysOtherwise(String type, String body) {
        HttpResponse<String> json = csv(type, body, "*/*");
        HttpResponse<String> lines = csv(type, body, "text/csv");

        assertThat(json.body()).isEqualTo("{\"predictions\":[" + PREDICTION + "]}");
        assertThat(lines.body()).isEqualTo(PREDICTION + "\n");
        assertThat(lines.headers().firstValue("content-type")).contains("text/csv");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/csv | " + CSV + "~ | has no feature of the model in its header (line 1)",
                "text/csv | " + CSV + "~" + CSV + " | has no feature of the model in its header",
                "text/csv | '' | is empty, must begin with a header",
                "text/csv | crim~1 | has no feature of the model in its header",
                "text/csv; header=absent | " + HEADER + "~" + CSV + " | row 0, CRIM: is a string",
                "text/csv; header=absent | 1,2~ | row 0: has 2 cells, must have 13",
                "text/csv; header=absent | 1,\"2 | has a quoted cell that does not end (line 1)"
            })
    void csvThatIsRefused(String type, String body, String problem) {
        assertRefused(csv(type, body == null ? "" : body, "*/*"), 400, "message", problem);
    }

    private static HttpResponse<String> csv(String type, String body, String accept) {
        return boston.send(
                boston.request(INVOCATIONS)
                        .header("Content-Type", type)
                        .header("Accept", accept)
                        .POST(BodyPublishers.ofString(body.replace('~', '\n'))));
    }

    static Stream<Arguments> refused() {
        String none = "has none of dataframe_split, dataframe_records, instances, or inputs.";
        return Stream.of(
                arguments(
                        PREDICT,
                        "",
                        "Malformed JSON: The body is empty. Send {\"instances\": […]}"),
                arguments(PREDICT, ROW, "The body has no \"instances\"."),
                arguments(PREDICT, "[" + ROW + "]", "The body is a list."),
                arguments(
                        PREDICT,
                        "{\"instances\":" + ROW + "}",
                        "has an object in the place of its"),
                arguments(PREDICT, "{\"instances\":[]} x", "goes on after the end of the value"),
                arguments(
                        PREDICT, "{\"instances\":[],\"instances\":[]}", "has \"instances\" twice."),
                arguments(
                        PREDICT,
                        "{\"instances\":[],\"parameters\":[]}",
                        "parameters that are a list."),
                arguments(
                        PREDICT,
                        "{\"instances\":[],\"parameters\":{\"details\":1}}",
                        "has details that are a number."),
                arguments(
                        PREDICT,
                        "{\"instances\":[7,[1,2]," + ROW.replace("RM", "rm") + "]}",
                        "Invalid features: 3 faults in the rows, nothing was predicted. GET /model"
                            + " lists what each feature must be. row 0: is a number, must be an"
                            + " object; row 1: has 2 values, must have 13; row 2, RM: missing, but"
                            + " there is \"rm\"."),
                arguments(
                        PREDICT,
                        "{\"instances\":[" + VALUES.replace("6.575", "\"6\"") + "]}",
                        "row 0, RM: is a string, must be a number."),
                arguments(INVOCATIONS, "{}", none),
                arguments(INVOCATIONS, "[]", "The body is a list, must be an object."),
                arguments(INVOCATIONS, ROW, none),
                arguments(
                        INVOCATIONS,
                        "{\"inputs\":[],\"instances\":[]}",
                        "has more than one of dataframe_split,"),
                arguments(INVOCATIONS, "{\"inputs\":7}", "has a number in the place of its rows."),
                arguments(
                        INVOCATIONS,
                        "{\"inputs\":{\"CRIM\":1}}",
                        "has a number as a column, must have a list."),
                arguments(
                        INVOCATIONS,
                        "{\"inputs\":{\"CRIM\":[1],\"CRIM\":[1]}}",
                        "has the column \"CRIM\" twice."),
                arguments(
                        INVOCATIONS,
                        "{\"inputs\":{\"CRIM\":[1],\"ZN\":[1,2]}}",
                        "has more values for \"ZN\" than for \"CRIM\"."),
                arguments(
                        INVOCATIONS,
                        "{\"inputs\":{\"CRIM\":[1,2],\"ZN\":[1]}}",
                        "has fewer values for \"ZN\" than for \"CRIM\"."),
                arguments(
                        INVOCATIONS,
                        "{\"inputs\": "
                                + ROW.replaceAll(":([0-9.]+)", ":[$1]")
                                        .replace("RM", "rm")
                                        .replace("[18]", "[null]")
                                + "}",
                        "row 0, ZN: is null, must be a number; row 0, RM: missing, but there is"
                                + " \"rm\"."),
                arguments(
                        INVOCATIONS,
                        "{\"dataframe_records\":[" + VALUES + "]}",
                        "row 0: is a list, must be an object."),
                arguments(
                        INVOCATIONS,
                        "{\"dataframe_split\":{\"data\":[]}}",
                        "has a dataframe_split without columns."),
                arguments(
                        INVOCATIONS,
                        "{\"dataframe_split\":{\"columns\":[]}}",
                        "has a dataframe_split without data."),
                arguments(
                        INVOCATIONS,
                        "{\"dataframe_split\":{\"columns\":[\"RM\",\"RM\"],\"data\":[]}}",
                        "has the column \"RM\" twice."),
                arguments(
                        INVOCATIONS,
                        "{\"dataframe_split\":{\"columns\":[\"RM\"],\"data\":[[1,2]]}}",
                        "row 0: has 2 values, must have 1."),
                arguments(
                        INVOCATIONS,
                        "{\"dataframe_split\":{\"columns\":[\"crim\"],\"data\":[[1]]}}",
                        "13 faults in the rows, nothing was predicted. GET /model lists what each"
                                + " feature must be. row 0, CRIM: missing, but there is \"crim\";"),
                arguments(
                        INVOCATIONS,
                        "{\"dataframe_split\":{\"columns\":[7],\"data\":[]}}",
                        "has a column name that is a number, must be a string."));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String path, String body, String problem) {
        String member = path.equals(INVOCATIONS) ? "message" : "error";
        assertRefused(boston.post(path, body), 400, member, problem);
    }

    @Test
    void limitsAndHttpAreRefusedInTheWordsOfTheProtocol() {
        String four = "[" + ROW + "," + ROW + "," + ROW + "," + ROW + "]";
        String columns = "{\"inputs\":{\"RM\":[1,2,3,4]}}";
        assertRefused(
                boston.post(PREDICT, "{\"instances\":" + four + "}"), 413, "error", "3 rows.");
        assertRefused(boston.post(INVOCATIONS, columns), 413, "message", "more than 3 rows.");
        assertRefused(boston.get(PREDICT), 405, "error", "This path takes POST only.");
        assertRefused(boston.get("/v1/models/x"), 404, "error", "There is nothing at this path.");
        assertRefused(boston.get(INVOCATIONS), 405, "message", "This path takes POST only.");
        assertRefused(
                boston.send(
                        boston.request(INVOCATIONS)
                                .header("Content-Type", "application/xml")
                                .POST(BodyPublishers.ofString("<a/>"))),
                415,
                "message",
                "must be one of these, text in UTF-8: application/json, text/csv.");
        assertThat(JSON.readTree(boston.get(INVOCATIONS).body()).get("error_code").asString())
                .isEqualTo("BAD_REQUEST");
    }

    /** Probes need no key; everything else does. */
    @Test
    void keysAreAskedForButNotOfProbes(@TempDir Path folder) throws IOException {
        Path keys = Files.writeString(folder.resolve("keys"), KEY + "\n");
        String belowHealth = "/actuator/health/predict";
        try (RunningFunction locked =
                RunningFunction.start(
                        "access.keys=" + keys,
                        "aip.health.route=/isalive",
                        "aip.predict.route=" + belowHealth)) {
            for (String probe :
                    List.of(
                            "/v2/health/live",
                            "/v2/health/ready",
                            "/v2/models/boston-house-prices/ready",
                            "/v1/models/boston-house-prices",
                            "/isalive",
                            "/ping",
                            "/health")) {
                assertThat(locked.get(probe).statusCode()).as(probe).isEqualTo(200);
            }
            for (String closed :
                    List.of("/v2", "/v2/x", "/v2/models/boston-house-prices", "/v1/models")) {
                assertRefused(locked.get(closed), 401, "error", "no valid key");
            }
            assertRefused(locked.post(PREDICT, "{}"), 401, "error", "no valid key");
            assertRefused(locked.post(belowHealth, "{}"), 401, "error", "no valid key");
            assertRefused(locked.post(INVOCATIONS, "{}"), 401, "message", "no valid key");
            assertThat(
                            locked.send(
                                            locked.request(INVOCATIONS)
                                                    .header("Authorization", "Bearer " + KEY)
                                                    .POST(
                                                            BodyPublishers.ofString(
                                                                    "{\"inputs\":[" + ROW + "]}")))
                                    .statusCode())
                    .isEqualTo(200);
        }
    }

    /** Metrics count rows, predictions and refusals as for {@code /predict}. */
    @Test
    void requestsCount() {
        try (RunningFunction function = RunningFunction.start()) {
            function.post(PREDICT, "{\"instances\":[" + ROW + "," + ROW + "]}");
            function.post(INVOCATIONS, "{\"inputs\":[" + ROW + "]}");
            function.post(INVOCATIONS, "{\"inputs\":[" + ROW.replace("6.575", "null") + "]}");

            assertThat(function.get("/actuator/prometheus").body())
                    .contains("onnx_function_rows_total 3.0")
                    .contains("onnx_function_feature_invalid_total{feature=\"RM\"} 1.0")
                    .contains(
                            "uri=\"/invocations\"",
                            "uri=\"/v1/models/boston-house-prices:predict\"");
        }
    }

    /**
     * The samples for a rollout are requests to {@code /predict}, whatever protocol the client
     * used.
     */
    @Test
    void samplesAreWhatPredictTakesAndGives(@TempDir Path folder) throws IOException {
        Path keys = Files.writeString(folder.resolve("rollout"), KEY + "\n");
        try (RunningFunction function = RunningFunction.start("rollout.keys=" + keys)) {
            sample(function);
            function.post(PREDICT, "{\"instances\":[" + VALUES + "]}");

            JsonNode copy = sample(function).get("requests").get(0);
            assertThat(function.predict(copy.get("body").asString()).body())
                    .isEqualTo(copy.get("answer").toString())
                    .startsWith("[{\"status\":\"ok\",\"predict\":" + PREDICTION);
        }
    }

    private static JsonNode sample(RunningFunction function) {
        return JSON.readTree(
                function.send(
                                function.request("/actuator/sample")
                                        .header("X-Rollout-Key", KEY)
                                        .POST(BodyPublishers.ofString("{}")))
                        .body());
    }

    @Test
    void whoDripsIsRefusedInTheWordsOfTheProtocol() throws IOException {
        try (RunningFunction function = RunningFunction.start("server.request-timeout=1s");
                Connection connection = new Connection(function.connect())) {
            connection.send("POST /invocations HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{");

            assertThat(connection.response())
                    .startsWith("HTTP/1.1 408 ")
                    .contains("{\"error_code\":\"BAD_REQUEST\",\"message\":\"Request timeout: ");
        }
    }

    @Test
    void vertexNamesTheModelByItsFolder(@TempDir Path folder) throws IOException {
        Path model = OnnxGraph.linear(1, 2, 3).write(folder);
        Files.copy(model, folder.resolve("model.onnx"));
        try (RunningFunction stored =
                RunningFunction.start(
                        "aip.storage.uri=" + folder.toUri(),
                        "aip.predict.route=/predict",
                        "model.features=a,b")) {
            JsonNode response =
                    JSON.readTree(
                            stored.predict("{\"instances\":[[1,1],{\"b\":2,\"a\":1}]}").body());

            assertThat(response.get("predictions")).hasSize(2);
            assertThat(stored.get("/v1/models").body()).isEqualTo("{\"models\":[\"model\"]}");
        }
        assertThat(RunningFunction.refusing(model, "aip.storage.uri=gs://bucket/model"))
                .isEqualTo(
                        "The setting aip.storage.uri (AIP_STORAGE_URI) is \"gs://bucket/model\","
                            + " but this function cannot download a model, because it opens no"
                            + " connections. Build the model into the image with --build-arg"
                            + " MODEL=PATH and upload it to Vertex AI without an artifact URI, or"
                            + " set AIP_STORAGE_URI to a mounted folder that has a model.onnx.");
    }

    private static void assertRefused(
            HttpResponse<String> response, int status, String member, String problem) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(JSON.readTree(response.body()).get(member).asString()).contains(problem);
    }
}
