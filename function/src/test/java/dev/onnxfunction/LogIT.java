package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The function's log on the error stream. */
class LogIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ROW = Boston.example().toString();
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String TRACEPARENT =
            "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01\r\n";

    /** A response of 124 kB, because each row lists 13 features, for which there is no memory. */
    @Test
    void thatThereIsNoRoomIsAWarning() throws Exception {
        String row = ROW.replaceAll(":[-0-9.eE]+", ":9e9");
        String rows = "[" + (row + ",").repeat(499) + row + "]";
        List<JsonNode> lines =
                jsonLines(
                        Map.of(
                                "LOG_FORMAT", "json",
                                "LIMITS_MAX_BODY", "110KB",
                                "LIMITS_BODY_MEMORY", "110KB"),
                        request("POST", "/predict", "", rows));

        assertThat(lines.get(1).get("message").asString()).startsWith("POST /predict 503 busy");
        assertThat(lines.get(1).get("severity").asString()).isEqualTo("WARNING");
    }

    @Test
    void onKnativeEveryLineIsAnObjectForCloudLogging() throws Exception {
        List<JsonNode> lines =
                jsonLines(
                        Map.of(
                                "K_REVISION", "boston-00007",
                                "GOOGLE_CLOUD_PROJECT", "my-project"),
                        request("POST", "/predict?secret=1", TRACEPARENT, ROW),
                        request("POST", "/predict", "", "{\"RM\":6.51734}"),
                        request("GET", "/actuator/health", "", ""));

        assertThat(lines)
                .allSatisfy(
                        line -> {
                            assertThat(line.get("severity").asString()).isIn("INFO", "WARNING");
                            assertThat(line.get("time").asString())
                                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
                            assertThat(line.at("/logging.googleapis.com~1labels/revision"))
                                    .hasToString("\"boston-00007\"");
                        });
        assertThat(lines).as("none of a probe that succeeds").hasSize(3);
        assertThat(lines.get(0).get("message").asString())
                .startsWith("Serving boston-house-prices@");

        JsonNode answered = lines.get(1);
        assertThat(answered.get("message").asString())
                .matches("POST /predict 200 \\d+\\.\\d{3} ms");
        assertThat(answered.get("outcome").asString()).isEqualTo("ok");
        assertThat(answered.get("logging.googleapis.com/trace").asString())
                .isEqualTo("projects/my-project/traces/" + TRACE);
        assertThat(answered.get("logging.googleapis.com/trace_sampled").asBoolean()).isTrue();
        JsonNode request = answered.get("httpRequest");
        assertThat(request.get("requestMethod").asString()).isEqualTo("POST");
        assertThat(request.get("requestUrl").asString()).isEqualTo("/predict");
        assertThat(request.get("status").asInt()).isEqualTo(200);
        assertThat(request.get("requestSize").asString()).isEqualTo(Integer.toString(ROW.length()));
        assertThat(Integer.parseInt(request.get("responseSize").asString())).isPositive();
        assertThat(request.get("latency").asString()).matches("\\d+\\.\\d{9}s");

        JsonNode refused = lines.get(2);
        assertThat(refused.get("severity").asString()).isEqualTo("WARNING");
        assertThat(refused.get("outcome").asString()).isEqualTo("invalid-features");
        assertThat(refused.get("logging.googleapis.com/trace").asString())
                .matches("projects/my-project/traces/[0-9a-f]{32}");
        assertThat(lines.toString()).doesNotContain("secret", "6.51734", "4.98");
    }

    @Test
    void theLinesOfTheReferenceAreReal() throws Exception {
        List<JsonNode> lines =
                jsonLines(
                        Map.of(
                                "K_REVISION", "boston-house-prices-00007",
                                "GOOGLE_CLOUD_PROJECT", "my-project"),
                        request("POST", "/predict", TRACEPARENT, "{}"));
        List<JsonNode> payloads =
                jsonLines(
                        Map.of("LOG_PAYLOADS", "1", "LOG_FORMAT", "json"),
                        request("POST", "/predict", TRACEPARENT.replace("-01", "-00"), ROW));

        List<JsonNode> shown = shownLines();
        assertThat(shown).hasSize(2);
        assertSameMembers(shown.get(0), lines.get(1));
        assertSameMembers(shown.get(0).get("httpRequest"), lines.get(1).get("httpRequest"));
        assertSameMembers(shown.get(1), payloads.get(1));
        assertSameMembers(shown.get(1).get("payload"), payloads.get(1).get("payload"));
    }

    @Test
    void requestsOfARolloutAreMarkedAndTheirRowsAndKeyAreNotLogged(@TempDir Path folder)
            throws Exception {
        String key = "the-key-of-rollouts-0123";
        Path file = Files.writeString(folder.resolve("key"), key);
        List<JsonNode> lines =
                jsonLines(
                        Map.of(
                                "ROLLOUT_KEYS", file.toString(),
                                "LOG_PAYLOADS", "1",
                                "LOG_FORMAT", "json"),
                        request("POST", "/predict", "X-Rollout-Key: " + key + "\r\n", ROW),
                        request("POST", "/predict", "X-Rollout-Key: " + key + "4\r\n", ROW));

        assertThat(lines.get(0).get("message").asString())
                .isEqualTo("Requests with a key in " + file + " count as those of a rollout: 1");
        List<JsonNode> requests = lines.subList(2, lines.size());
        assertThat(requests).as("answered, then payload and answered").hasSize(3);
        assertThat(requests.get(0).get("rollout").asBoolean()).isTrue();
        assertThat(requests.get(1).get("message").asString()).isEqualTo("payload");
        assertThat(requests.get(2).has("rollout")).isFalse();
        assertThat(lines.toString()).doesNotContain(key);

        assertThat(
                        output(
                                Map.of("ROLLOUT_KEYS", file.toString()),
                                request("POST", "/predict", "X-Rollout-Key: " + key + "\r\n", ROW)))
                .containsPattern("POST /predict 200 \\d+\\.\\d{3} ms \\(rollout\\)\n");
    }

    private static void assertSameMembers(JsonNode shown, JsonNode real) {
        assertThat(shown.propertyNames()).containsExactlyElementsOf(real.propertyNames());
    }

    /** Returns the log lines in README.md, where each spans several lines. */
    private static List<JsonNode> shownLines() throws IOException {
        String text = Files.readString(Path.of("README.md"));
        return Pattern.compile("\\n {4}\\{\"severity\"(?:.|\\n {5,})*")
                .matcher(text)
                .results()
                .map(found -> JSON.readTree(found.group()))
                .toList();
    }

    @Test
    void elsewhereItIsForPeople() throws Exception {
        assertThat(
                        output(
                                        Map.of(),
                                        request("POST", "/predict", "", ROW),
                                        request("GET", "/none", "", ""))
                                .lines())
                .hasSize(3)
                .element(1)
                .asString()
                .matches("\\S+Z INFO POST /predict 200 \\d+\\.\\d{3} ms");
    }

    @ParameterizedTest
    @CsvSource({"all, 2", "failures, 1", "off, 0"})
    void theAccessLogCanBeTurnedDown(String access, int lines) throws Exception {
        String output =
                output(
                        Map.of("LOG_ACCESS", access),
                        request("POST", "/predict", "", ROW),
                        request("GET", "/none", "", ""));

        assertThat(output.lines().skip(1)).hasSize(lines);
    }

    @Test
    void whatAClientMakesUpCannotForgeALine() throws Exception {
        String path = "/a\"}\\" + "b".repeat(1000);
        List<JsonNode> lines =
                jsonLines(
                        Map.of("LOG_FORMAT", "json"),
                        request("GET", path, "", ""),
                        request("GET", "/a\t\u00e9", "", ""),
                        request("GET", "/" + "a".repeat(5000), "", ""));

        assertThat(lines).hasSize(4);
        assertThat(lines.get(1).get("message").asString())
                .startsWith("GET /a?}?bbb")
                .hasSizeLessThan(300);
        assertThat(lines.get(2).get("message").asString()).startsWith("? ? 400 bad-request ");
        assertThat(lines.get(3).get("message").asString()).startsWith("? ? 414 uri-too-long ");
    }

    @Test
    void payloadsAreLoggedWholeWhereTheyAreTurnedOn() throws Exception {
        List<JsonNode> lines =
                jsonLines(
                        Map.of("LOG_FORMAT", "json", "LOG_PAYLOADS", "1", "LOG_ACCESS", "off"),
                        request("POST", "/predict", TRACEPARENT, "[" + ROW + "," + ROW + "]"),
                        request("POST", "/predict", "", "{}"));

        assertThat(lines).hasSize(3);
        JsonNode payload = lines.get(2).get("payload");
        assertThat(payload.get("row")).isEqualTo(asNumbers(ROW));
        assertThat(payload.get("predict").asDouble()).isEqualTo(29.80673285033054);
        assertThat(payload.get("model").asString()).startsWith("boston-house-prices@");
        assertThat(lines.get(2).get("message").asString()).isEqualTo("payload");
        assertThat(lines.get(2).get("logging.googleapis.com/trace").asString()).isEqualTo(TRACE);
    }

    @Test
    void aShareOfThePayloadsIsDrawn() throws Exception {
        String rows = "[" + (ROW + ",").repeat(1999) + ROW + "]";

        String output =
                output(
                        Map.of("LOG_PAYLOADS", "0.1", "LOG_ACCESS", "off"),
                        request("POST", "/predict", "", rows));

        assertThat(output.lines().filter(line -> line.contains("\"payload\"")).count())
                .isBetween(100L, 300L);
    }

    /** Returns the row with 1 as 1.0, as float64 numbers are written. */
    private static JsonNode asNumbers(String row) {
        return JSON.readTree(row.replaceAll(":(-?\\d+)(?=[,}])", ":$1.0"));
    }

    private static List<JsonNode> jsonLines(Map<String, String> settings, String... requests)
            throws Exception {
        return output(settings, requests).lines().map(JSON::readTree).toList();
    }

    /** Starts the function, sends these requests, stops it, and returns its whole output. */
    private static String output(Map<String, String> settings, String... requests)
            throws IOException, InterruptedException {
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, settings)) {
            for (String request : requests) {
                try (Socket socket = function.connect()) {
                    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                    assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
                }
            }
            function.terminate();
            assertThat(function.exitCode()).isZero();
            return function.output();
        }
    }

    private static String request(String method, String target, String headers, String body) {
        return "%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s"
                .formatted(method, target, headers, body.length(), body);
    }
}
