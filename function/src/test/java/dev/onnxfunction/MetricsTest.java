package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Project;
import dev.onnxfunction.testing.Scrape;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code /actuator/prometheus}: metrics count the right things, and clients cannot add labels. */
class MetricsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path EXAMPLES = Project.TRAINING.resolve("examples");

    private RunningFunction function = RunningFunction.start();

    @AfterEach
    void stop() {
        function.close();
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void requestsAreCountedByOutcomeWithTheirLatency() {
        String row = Boston.example().toString();
        function.predict(row);
        function.predict("[" + row + "," + row + "]");
        function.predict("{\"RM\":\"six\"}");
        function.predict("{");
        function.post("/explain", row);
        function.get("/model");

        Scrape scrape = scrape();
        String count = "http_server_requests_seconds_count";
        assertThat(
                        scrape.value(
                                count,
                                "method=\"POST\"",
                                "outcome=\"SUCCESS\"",
                                "problem=\"none\"",
                                "status=\"200\"",
                                "uri=\"/predict\""))
                .isEqualTo(2);
        assertThat(scrape.value(count, "problem=\"invalid-features\"", "status=\"400\""))
                .isEqualTo(1);
        assertThat(scrape.value(count, "problem=\"malformed-json\"", "outcome=\"CLIENT_ERROR\""))
                .isEqualTo(1);
        assertThat(scrape.value(count, "uri=\"/explain\"")).isEqualTo(1);
        assertThat(scrape.value(count, "uri=\"/model\"", "method=\"GET\"")).isEqualTo(1);

        String[] predictions = {"uri=\"/predict\"", "status=\"200\""};
        assertThat(scrape.value("http_server_requests_seconds_sum", predictions))
                .isBetween(0.000_001, 10.0);
        assertThat(
                        scrape.value(
                                "http_server_requests_seconds_bucket",
                                "uri=\"/predict\"",
                                "status=\"200\"",
                                "le=\"+Inf\""))
                .isEqualTo(2);
    }

    @Test
    void rowsAndPredictionsAreCounted() {
        String row = Boston.example().toString();
        function.predict(row);
        function.predict("[" + row + "," + row + "]");
        function.predict("[]");
        function.post("/explain", row);

        Scrape scrape = scrape();
        assertThat(scrape.value("onnx_function_rows_total")).isEqualTo(3);
        assertThat(scrape.value("onnx_function_prediction_count")).isEqualTo(3);
        assertThat(scrape.value("onnx_function_prediction_sum"))
                .isCloseTo(3 * 29.80673285033054, within(1e-9));
        assertThat(scrape.value("onnx_function_prediction_bucket", "le=\"50.0\"")).isEqualTo(3);
        assertThat(scrape.value("onnx_function_prediction_bucket", "le=\"5.0\"")).isZero();
        assertThat(scrape.value("onnx_function_model_info", "model=\"boston-house-prices@"))
                .isEqualTo(1);
    }

    @Test
    void predictionsAreSummedByRequest() {
        ObjectNode row = (ObjectNode) Boston.example();
        double first = Double.parseDouble(predicted(row.toString()));
        double second = Double.parseDouble(predicted(row.put("LSTAT", 20).toString()));
        function.predict("[" + Boston.example() + "," + row + "]");
        function.predict("[]");

        double m = (first + second) / 2;
        double q = (first * first + second * second) / 2;
        assertThat(first).isNotEqualTo(second);
        Scrape scrape = scrape();
        String sums = "onnx_function_request_prediction_sums";
        assertThat(scrape.value(sums, "of=\"1\"")).isEqualTo(3);
        assertThat(scrape.value(sums, "of=\"m\"")).isCloseTo(3 * m, within(1e-9));
        assertThat(scrape.value(sums, "of=\"q\"")).isCloseTo(3 * q, within(1e-9));
        assertThat(scrape.value(sums, "of=\"mm\"")).isCloseTo(2 * q + m * m, within(1e-9));
        assertThat(scrape.value(sums, "of=\"mq\""))
                .isCloseTo(Math.pow(first, 3) + Math.pow(second, 3) + m * q, within(1e-6));
        assertThat(scrape.value(sums, "of=\"qq\""))
                .isCloseTo(Math.pow(first, 4) + Math.pow(second, 4) + q * q, within(1e-4));
    }

    /** A rollout computes the growth of these sums, so later requests must still show in them. */
    @Test
    void oneHugePredictionDoesNotHideTheOthersInTheSums() {
        ObjectNode row = (ObjectNode) Boston.example();
        function.predict(row.deepCopy().put("CRIM", 1e300).toString());
        function.predict(row.deepCopy().put("CRIM", -1e300).toString());
        Scrape before = scrape();
        double prediction = Double.parseDouble(predicted(row.toString()));
        Scrape after = scrape();

        String sums = "onnx_function_request_prediction_sums";
        for (int power = 1; power <= 4; power++) {
            String of = "of=\"" + List.of("m", "q", "mq", "qq").get(power - 1) + "\"";
            assertThat(after.value(sums, of) - before.value(sums, of))
                    .as(of)
                    .isCloseTo(Math.pow(prediction, power), withinPercentage(1));
        }
    }

    private String predicted(String row) {
        return JSON.readTree(function.predict(row).body()).path("predict").asString();
    }

    @Test
    void valuesOutOfRangeAndRefusedOnesAreCountedByFeature() {
        ObjectNode row = (ObjectNode) Boston.example();
        function.predict("[" + row + "," + row.deepCopy().put("RM", 60) + "]");
        function.predict(row.deepCopy().put("RM", 60).put("ZN", -1).toString());
        function.predict("[{\"RM\":6}," + row.deepCopy().put("RM", "six") + "]");

        Scrape scrape = scrape();
        String outOfRange = "onnx_function_feature_out_of_range_total";
        assertThat(scrape.value(outOfRange, "feature=\"RM\"")).isEqualTo(2);
        assertThat(scrape.value(outOfRange, "feature=\"ZN\"")).isEqualTo(1);
        assertThat(scrape.value(outOfRange, "feature=\"AGE\"")).isZero();
        String invalid = "onnx_function_feature_invalid_total";
        assertThat(scrape.value(invalid, "feature=\"RM\"")).isEqualTo(1);
        assertThat(scrape.value(invalid, "feature=\"AGE\"")).isEqualTo(1);
        assertThat(scrape.sum("onnx_function_feature_missing_total")).isZero();
    }

    @Test
    void driftIsMeasuredAgainstTheTrainingData() {
        ArrayNode same = JSON.createArrayNode();
        ArrayNode shifted = JSON.createArrayNode();
        for (JsonNode row : Boston.parity().get("rows")) {
            same.add(row);
            shifted.add(((ObjectNode) row.deepCopy()).put("LSTAT", 30));
        }

        same.forEach(row -> function.predict(row.toString()));
        Scrape before = scrape();
        shifted.forEach(row -> function.predict(row.toString()));
        Scrape after = scrape();

        String drift = "onnx_function_feature_drift_psi";
        assertThat(before.value(drift, "feature=\"LSTAT\"")).isBetween(0.0, 0.1);
        assertThat(after.value(drift, "feature=\"LSTAT\"")).isGreaterThan(0.25);
        assertThat(after.value(drift, "feature=\"RM\"")).isBetween(0.0, 0.1);
        assertThat(after.sum("onnx_function_feature_values_total", "feature=\"LSTAT\""))
                .isEqualTo(2.0 * same.size());
        assertThat(after.sum("onnx_function_feature_expected_ratio", "feature=\"LSTAT\""))
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void tooFewValuesHaveNoDrift() {
        function.predict(Boston.example().toString());

        assertThat(scrape().count("onnx_function_feature_drift_psi")).isZero();
    }

    @Test
    void ofALargeRequestASampleIsLookedAtValueByValue() {
        String row = Boston.example().toString();
        function.predict("[" + (row + ",").repeat(999) + row + "]");

        Scrape scrape = scrape();
        assertThat(scrape.value("onnx_function_rows_total")).isEqualTo(1000);
        assertThat(scrape.sum("onnx_function_feature_values_total", "feature=\"RM\""))
                .isBetween(30.0, 32.0);
    }

    @Test
    void missingValuesAndCategoriesAreCounted() {
        function.close();
        function = RunningFunction.serving(EXAMPLES.resolve("imputing").resolve("model.onnx"));
        function.predict(
                """
                [{"income": 3.7, "rooms": null, "ocean_proximity": "bay"},
                 {"income": 3.7, "ocean_proximity": "on the moon"},
                 {"income": 3.6848, "rooms": 5.4, "ocean_proximity": null},
                 {"income": 3.6848, "rooms": 5.4, "ocean_proximity": ""}]
                """);

        Scrape scrape = scrape();
        String missing = "onnx_function_feature_missing_total";
        assertThat(scrape.value(missing, "feature=\"rooms\"")).isEqualTo(2);
        assertThat(scrape.value(missing, "feature=\"ocean_proximity\"")).isEqualTo(2);
        assertThat(scrape.value(missing, "feature=\"income\"")).isZero();
        String values = "onnx_function_feature_values_total";
        String category = "feature=\"ocean_proximity\"";
        assertThat(scrape.value(values, category, "bin=\"bay\"")).isEqualTo(1);
        assertThat(scrape.value(values, category, "bin=\"other\"")).isEqualTo(1);
        assertThat(scrape.value(values, category, "bin=\"empty\"")).isEqualTo(2);
        assertThat(scrape.sum(values, "feature=\"rooms\"")).isEqualTo(2);
        assertThat(scrape.value(values, "feature=\"income\"", "bin=\"5\""))
                .as("an edge belongs to the bin above it")
                .isEqualTo(4);
    }

    @Test
    void clientsCannotAddToTheLabels() {
        for (int i = 0; i < 20; i++) {
            function.get("/made-up/" + i + "?q=" + i);
            function.send(function.request("/predict").method("BREW" + i, BodyPublishers.noBody()));
            function.predict("{\"made-up-" + i + "\":1}");
        }

        HttpResponse<String> response = function.get("/actuator/prometheus");
        assertThat(response.body()).doesNotContain("made-up", "BREW");
        Scrape scrape = new Scrape(response.body());
        String count = "http_server_requests_seconds_count";
        assertThat(scrape.value(count, "uri=\"other\"", "status=\"404\"")).isEqualTo(20);
        assertThat(scrape.value(count, "method=\"other\"", "status=\"405\"")).isEqualTo(20);
    }

    @Test
    void longCategoriesHaveShortLabels(@TempDir Path folder) throws Exception {
        String prefix = "a".repeat(200);
        OnnxGraph graph =
                new OnnxGraph()
                        .input("s", Element.STRING, OnnxGraph.N)
                        .mlNode(
                                "LabelEncoder",
                                "s",
                                "y",
                                Attribute.strings("keys_strings", "a"),
                                Attribute.floats("values_floats", 1))
                        .output("y", Element.FLOAT, OnnxGraph.N)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"},
                                 "features": [{"name": "s", "type": "string",
                                   "histogram": {"counts": {"%1$sb": 1, "%1$sc": 1}}}]}
                                """
                                        .formatted(prefix));
        function.close();
        function = RunningFunction.serving(graph.write(folder));
        function.predict("[{\"s\":\"%1$sc\"},{\"s\":\"%1$sc\"}]".formatted(prefix));

        String values = "onnx_function_feature_values_total";
        assertThat(scrape().value(values, "bin=\"" + prefix + "\"")).isZero();
        assertThat(scrape().value(values, "bin=\"_" + prefix + "\"")).isEqualTo(2);
    }

    @Test
    void onlyTheFirstHundredFeaturesHaveMetrics(@TempDir Path folder) throws Exception {
        function.close();
        String names =
                IntStream.range(0, 150).mapToObj(i -> "f" + i).collect(Collectors.joining(","));
        function =
                RunningFunction.serving(
                        OnnxGraph.linear(0, new double[150]).write(folder),
                        "model.features=" + names);
        function.predict("{}");
        function.predict(
                IntStream.range(0, 150)
                        .mapToObj(i -> "\"f" + i + "\":1")
                        .collect(Collectors.joining(",", "{", "}")));

        Scrape scrape = scrape();
        assertThat(scrape.value("onnx_function_rows_total")).isEqualTo(1);
        assertThat(scrape.count("onnx_function_feature_invalid_total")).isEqualTo(100);
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void micrometerReportsTheProcessInTheTextFormat() {
        HttpResponse<String> response =
                function.send(
                        function.request("/actuator/prometheus")
                                .header(
                                        "Accept",
                                        "application/openmetrics-text;version=1.0.0;q=0.5,"
                                                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.1"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("text/plain;version=0.0.4;charset=utf-8");
        Scrape scrape = new Scrape(response.body());
        assertThat(scrape.sum("jvm_memory_used_bytes", "area=\"heap\"")).isGreaterThan(1e6);
        assertThat(scrape.value("process_uptime_seconds")).isPositive();
        // Plausible bounds: less than a test's JVM needs, and more than any machine has.
        assertThat(scrape.value("process_resident_memory_bytes")).isBetween(1e7, 1e11);
        assertThat(scrape.value("jvm_threads_live_threads")).isPositive();
    }

    private Scrape scrape() {
        return new Scrape(function.get("/actuator/prometheus").body());
    }
}
