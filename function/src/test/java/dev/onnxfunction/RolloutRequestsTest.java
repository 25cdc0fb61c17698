package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Scrape;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Requests with a rollout's key are not counted; only a rollout may ask for copies of other
 * requests.
 */
class RolloutRequestsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CLIENT = "a-key-of-a-client-0123";
    private static final String ROLLOUT = "a-key-of-the-rollout-0123";
    private static final String MADE_UP = "a-key-of-the-rollout-0124";
    private static final String ROW = Boston.example().toString();
    private static final String REQUESTS = "http_server_requests_seconds_count";
    private static final String OWN = "onnx_function_rollout_requests_seconds_count";

    private static RunningFunction function;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Path client = Files.writeString(folder.resolve("client"), CLIENT);
        function = RunningFunction.start("access.keys=" + client, "rollout.key=" + ROLLOUT);
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    @Test
    void fiveMeasurementsOfARolloutMoveNoFeatureAndNoCountOfClients() {
        for (JsonNode row : Boston.parity().get("rows")) {
            assertThat(post("/predict", row.toString(), null).statusCode()).isEqualTo(200);
        }
        Scrape before = scrape();

        String shifted = ROW.replaceAll("\"LSTAT\":[^,}]+", "\"LSTAT\":30");
        for (int measurement = 0; measurement < 5; measurement++) {
            for (int request = 0; request < 40; request++) {
                post("/predict", shifted, ROLLOUT);
            }
            post("/predict", "[" + shifted + "," + shifted + "]", ROLLOUT);
            post("/predict", "{}", ROLLOUT);
            post("/none", "", ROLLOUT);
        }
        Scrape after = scrape();

        assertThat(after.count("onnx_function_feature_drift_psi")).isEqualTo(13);
        for (String name : List.of("CRIM", "LSTAT", "RM")) {
            String feature = "feature=\"" + name + "\"";
            assertThat(after.value("onnx_function_feature_drift_psi", feature))
                    .isEqualTo(before.value("onnx_function_feature_drift_psi", feature));
        }
        for (String metric :
                List.of(
                        "onnx_function_rows_total",
                        "onnx_function_prediction_count",
                        "onnx_function_feature_values_total",
                        "onnx_function_feature_invalid_total")) {
            assertThat(after.sum(metric)).as(metric).isEqualTo(before.sum(metric));
        }
        assertThat(after.sum(REQUESTS, "uri=\"/predict\""))
                .isEqualTo(before.sum(REQUESTS, "uri=\"/predict\""));
        assertThat(after.sum(REQUESTS, "uri=\"other\"")).isZero();
        assertThat(grown(before, after, "status=\"200\"", "uri=\"/predict\"")).isEqualTo(5 * 41);
        assertThat(grown(before, after, "problem=\"invalid-features\"")).isEqualTo(5);
        assertThat(grown(before, after, "uri=\"other\"", "status=\"404\"")).isEqualTo(5);
    }

    private static double grown(Scrape before, Scrape after, String... labels) {
        return after.sum(OWN, labels) - before.sum(OWN, labels);
    }

    @ParameterizedTest
    @ValueSource(strings = {MADE_UP, CLIENT, "true", "", ROLLOUT + "," + ROLLOUT})
    void aClientThatMakesUpAKeyIsCounted(String key) {
        Scrape before = scrape();
        assertThat(post("/predict", ROW, key).statusCode()).isEqualTo(200);
        Scrape after = scrape();

        assertThat(after.value("onnx_function_rows_total"))
                .isEqualTo(before.value("onnx_function_rows_total") + 1);
        assertThat(after.sum(REQUESTS, "uri=\"/predict\""))
                .isEqualTo(before.sum(REQUESTS, "uri=\"/predict\"") + 1);
        assertThat(grown(before, after, "uri=\"/predict\"")).isZero();
    }

    /** The gates use this to test whether the candidate accepts the clients' keys. */
    @ParameterizedTest
    @ValueSource(strings = {"/model", "/openapi.json", "/model/fingerprint", "/none"})
    void theKeyOfARolloutIsNoKeyOfAClient(String path) {
        HttpRequest.Builder request = function.request(path).header("X-Rollout-Key", ROLLOUT);

        assertThat(function.send(request).statusCode()).isEqualTo(401);
    }

    @Test
    void itOpensTheMetrics() {
        String path = "/actuator/prometheus";

        assertThat(function.send(function.request(path)).statusCode()).isEqualTo(401);
        assertThat(function.send(function.request(path).header("X-Rollout-Key", MADE_UP)))
                .returns(401, HttpResponse::statusCode);
        assertThat(function.send(function.request(path).header("X-Rollout-Key", ROLLOUT)))
                .returns(200, HttpResponse::statusCode);
    }

    @Test
    void onlyItMayAskForCopiesOfRequests() {
        for (String key : new String[] {null, MADE_UP, CLIENT, ""}) {
            HttpResponse<String> response = post("/actuator/sample", "", key);

            assertThat(response.statusCode()).as("%s", key).isEqualTo(403);
            assertThat(response.body()).contains("\"title\":\"Forbidden\"").doesNotContain("-012");
        }
        assertThat(post("/none", "", null).body())
                .contains("/predict")
                .doesNotContain("/actuator/sample");
    }

    @Test
    @Timeout(300)
    void requestsOfClientsAreCopiedOnceAndAsTheyWereSent() {
        String odd = ROW.replace("{", "{\n\t\"note\":[\"\\u0041\\\"\", \"ä\"],");
        String rows = "[" + ROW + ", " + ROW.replace("4.98", "5.98") + "]";

        JsonNode one = copy(odd);
        JsonNode two = copy(rows);

        assertThat(one.get("body").asString()).isEqualTo(odd);
        assertThat(one.at("/answer/predict").asDouble()).isEqualTo(29.80673285033054);
        assertThat(two.get("body").asString()).isEqualTo(rows);
        assertThat(two.get("answer")).hasSize(2);
        assertThat(two.at("/answer/0/predict").asDouble()).isEqualTo(29.80673285033054);
        assertThat(two.at("/answer/1/predict")).isNotEqualTo(two.at("/answer/0/predict"));
        assertThat(take()).isEmpty();
    }

    /**
     * Sends a client's request until it is copied, and returns the copy; a request that directly
     * follows another is not copied.
     */
    private static JsonNode copy(String body) {
        take();
        while (true) {
            post("/predict", "{\"RM\":1}", null);
            post("/predict", body.replace("{", "{\"by\":\"the rollout\","), ROLLOUT);
            assertThat(take()).as("neither what was refused nor the rollout's own").isEmpty();
            HttpResponse<String> response = post("/predict", body, null);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            List<JsonNode> copies = take();
            if (!copies.isEmpty()) {
                assertThat(copies).hasSize(1);
                return copies.getFirst();
            }
        }
    }

    @Test
    void noCacheKeepsCopies() {
        HttpResponse<String> response = post("/actuator/sample", "", ROLLOUT);

        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(JSON.readTree(response.body()).get("model").asString())
                .isEqualTo("boston-house-prices@3-59f7ce87");
        HttpRequest.Builder get =
                function.request("/actuator/sample").header("X-Rollout-Key", ROLLOUT);
        assertThat(function.send(get).statusCode()).isEqualTo(405);
    }

    @Test
    void withoutMemoryForCopiesThereAreNone(@TempDir Path folder) throws IOException {
        Path key = Files.writeString(folder.resolve("rollout"), ROLLOUT);
        try (RunningFunction without =
                RunningFunction.start("rollout.keys=" + key, "rollout.sample-memory=0")) {
            assertThat(
                            without.send(
                                    without.request("/actuator/sample")
                                            .header("X-Rollout-Key", ROLLOUT)
                                            .POST(BodyPublishers.noBody())))
                    .returns(404, HttpResponse::statusCode);
        }
    }

    private static List<JsonNode> take() {
        HttpResponse<String> response = post("/actuator/sample", "", ROLLOUT);
        assertThat(response.statusCode()).isEqualTo(200);
        List<JsonNode> copies = new ArrayList<>();
        StreamSupport.stream(JSON.readTree(response.body()).get("requests").spliterator(), false)
                .forEach(copies::add);
        return copies;
    }

    private static HttpResponse<String> post(
            String path, String body, @Nullable String rolloutKey) {
        HttpRequest.Builder request =
                function.request(path)
                        .header("Authorization", "Bearer " + CLIENT)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        return function.send(
                rolloutKey == null ? request : request.header("X-Rollout-Key", rolloutKey));
    }

    private static Scrape scrape() {
        HttpRequest.Builder request =
                function.request("/actuator/prometheus").header("X-Rollout-Key", ROLLOUT);
        return new Scrape(function.send(request).body());
    }
}
