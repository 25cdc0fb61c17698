package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Scrape;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** NDJSON: each line is a row, which is predicted or refused on its own. */
class NdjsonTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ROW = Boston.example().toString();

    private static RunningFunction function;
    private static RunningFunction root;

    /** Serves a model that fails for some rows. */
    @BeforeAll
    static void start(@TempDir Path folder) {
        function = RunningFunction.start("limits.max-body=4KB");
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("Sqrt", "x", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);
        root = RunningFunction.serving(graph.write(folder));
    }

    @AfterAll
    static void stop() {
        function.close();
        root.close();
    }

    static Stream<Arguments> refused() {
        String long1 = "{\"note\":\"" + "x".repeat(4100) + "\"}";
        return Stream.of(
                arguments("{\"RM\":6.5", 400, "The line ends too early (line 1, column 10). Send"),
                arguments("x", 400, "The line has 'x', must have a value (line 1, column 1). Send"),
                arguments("{} {}", 400, "The line goes on after the end of the value"),
                arguments(ROW + ",", 400, "The line goes on after the end of the value"),
                arguments("[" + ROW + "]", 400, "The line is a list. Send one JSON object on each"),
                arguments("[" + ROW + "," + ROW + "]", 400, "The line is a list. Send"),
                arguments("[]", 400, "The line is a list. Send"),
                arguments("3", 400, "The line is a number. Send"),
                arguments("null", 400, "The line is null. Send"),
                arguments("\"é\"", 400, "The line is a string. Send"),
                arguments("\uFEFF" + ROW, 400, "The line "),
                arguments("[".repeat(70), 400, "The line is "),
                arguments("{\"a\":" + "[".repeat(70), 400, "is nested deeper than 64"),
                arguments("{\"a\":\"\t\"}", 400, "has a control character in a string"),
                arguments("{}", 400, "13 faults in this row, which was not predicted. GET /model"),
                arguments(ROW.replace("6.575", "\"6\""), 400, "1 fault in this row, which was"),
                arguments(ROW.replace("6.575", "NaN"), 400, "has 'N', must have a value"),
                arguments(ROW.replace("{", "{\"RM\":1,"), 400, "1 fault in this row, which"),
                arguments(
                        long1,
                        413,
                        "The line has more than 4096 bytes, and was skipped. Shorten it"),
                arguments("x".repeat(300_000), 413, "The line has more than 4096 bytes, and was"));
    }

    /** Blank lines may be between predicted rows and between refused rows. */
    @ParameterizedTest
    @MethodSource
    void refused(String line, int status, String detail) {
        List<String> lines =
                lines(function, String.join("\n", ROW, line, ROW, "{}", line, "{}", "", line));

        assertThat(lines).hasSize(8);
        assertThat(List.of(lines.get(0), lines.get(2))).containsOnly(function.predict(ROW).body());
        for (int row : new int[] {1, 4, 6}) {
            JsonNode problem = JSON.readTree(lines.get(row));
            assertThat(problem.get("row").asInt()).isEqualTo(row);
            assertThat(problem.get("status").asInt()).isEqualTo(status);
            assertThat(problem.get("detail").asString()).contains(detail);
            assertThat(problem.get("type").asString()).startsWith("tag:onnxfunction.dev,2026:");
            for (JsonNode error : problem.path("errors")) {
                assertThat(error.get("row").asInt()).isEqualTo(row);
            }
        }
        assertThat(lines.getLast()).isEqualTo("{\"status\":\"end\",\"predicted\":2,\"refused\":5}");
    }

    @Test
    void theFaultsOfARowAreThoseOfARequest() {
        String wrong = ROW.replace("\"RM\"", "\"rm\"").replace("0.538", "\"x\"");

        JsonNode alone = JSON.readTree(function.predict(wrong).body()).get("errors");
        JsonNode line = JSON.readTree(lines(function, ROW + "\n" + wrong).get(1)).get("errors");

        assertThat(line.toString()).isEqualTo(alone.toString().replace("\"row\":0", "\"row\":1"));
    }

    /** The failing row is in the middle of a batch, at its beginning, or alone. */
    @Test
    void rowsThatTheModelFailsForAreRefusedAndTheOthersPredicted() {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            body.append("{\"x\":").append(i % 100 == 7 ? -i : i).append("}\n");
        }

        List<String> lines = lines(root, body.toString());

        for (int i = 0; i < 1000; i++) {
            JsonNode line = JSON.readTree(lines.get(i));
            if (i % 100 == 7) {
                assertThat(line.get("status").asInt()).isEqualTo(422);
                assertThat(line.at("/errors/0/row").asInt()).isEqualTo(i);
                assertThat(line.at("/errors/0/problem").asString()).contains("predicts NaN");
            } else {
                assertThat(line.get("predict").asDouble()).isEqualTo(Math.sqrt(i));
            }
        }
        assertThat(lines.getLast()).contains("\"predicted\":990,\"refused\":10}");
    }

    /** This holds whatever surrounds them, and wherever the body is split into packets. */
    @Test
    void rowsKeepTheirOrderAndTheirOwnAnswers() {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 30_000; i++) {
            body.append(i % 3 == 1 ? "{\"x\":\"é\"}" : "{\"x\":" + i + ", \"note\":\"é\"}");
            body.append(i % 5 == 2 ? "\r\n\n \t\n" : "\n");
        }

        List<String> lines = lines(root, body.toString());

        for (int i = 0; i < 30_000; i++) {
            assertThat(lines.get(i))
                    .startsWith(
                            i % 3 == 1
                                    ? "{\"row\":" + i + ","
                                    : "{\"status\":\"ok\",\"predict\":" + Math.sqrt(i) + "}");
        }
        assertThat(lines.getLast()).contains("\"predicted\":20000,\"refused\":10000}");
    }

    @Test
    void nothingIsAnsweredWithTheEndOnly() {
        for (String nothing : List.of("", "\n", "\r\n \n\t")) {
            assertThat(lines(function, nothing))
                    .containsExactly("{\"status\":\"end\",\"predicted\":0,\"refused\":0}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-ndjson",
                "application/jsonl",
                "application/jsonlines",
                "Application/X-NDJSON; charset=utf-8"
            })
    void theMediaTypesOfNdjson(String type) {
        assertThat(post(function, ROW, "Content-Type", type).body()).contains("\"end\"");
    }

    @Test
    void theAnswerIsNdjsonAndNothingElse() {
        HttpResponse<String> refused =
                post(
                        function,
                        ROW,
                        "Content-Type",
                        "application/x-ndjson",
                        "Accept",
                        "application/json");

        assertThat(refused.statusCode()).isEqualTo(406);
    }

    @Test
    void aStreamIsOneRequestAndEachOfItsRowsCounts() {
        try (RunningFunction counted = RunningFunction.start()) {
            lines(counted, (ROW + "\n").repeat(700) + "{\"RM\":true}\nx\n");

            Scrape scrape = new Scrape(counted.get("/actuator/prometheus").body());
            assertThat(scrape.value("onnx_function_rows_total")).isEqualTo(700);
            assertThat(scrape.value("onnx_function_prediction_count")).isEqualTo(700);
            assertThat(scrape.value("http_server_requests_seconds_count", "uri=\"/predict\""))
                    .isEqualTo(1);
            assertThat(scrape.value("onnx_function_feature_invalid_total", "feature=\"RM\""))
                    .isEqualTo(1);
            String sums = "onnx_function_request_prediction_sums";
            assertThat(scrape.value(sums, "of=\"1\"")).isEqualTo(1);
            assertThat(scrape.value(sums, "of=\"m\""))
                    .isCloseTo(scrape.value("onnx_function_prediction_sum") / 700, within(1e-9));
        }
    }

    @Test
    void itCanBeOff() {
        try (RunningFunction off = RunningFunction.start("http.protocols=csv,v2")) {
            HttpResponse<String> response = post(off, ROW, "Content-Type", "application/x-ndjson");

            assertThat(response.statusCode()).isEqualTo(415);
            assertThat(response.body()).doesNotContain("ndjson");
        }
    }

    private static List<String> lines(RunningFunction to, String body) {
        HttpResponse<String> response = post(to, body, "Content-Type", "application/x-ndjson");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/x-ndjson");
        assertThat(response.body()).endsWith("\n");
        return response.body().lines().toList();
    }

    private static HttpResponse<String> post(RunningFunction to, String body, String... headers) {
        return to.send(
                to.request("/predict")
                        .headers(headers)
                        .POST(BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
    }
}
