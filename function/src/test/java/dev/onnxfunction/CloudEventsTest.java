package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.onnxfunction.testing.Boston;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Events at the root, sent and read by the CloudEvents SDK for Java where it can, and the requests
 * of Knative's {@code func}.
 */
class CloudEventsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ROW = Boston.example().toString();
    private static final String EVENT = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static final CloudEvent QUESTION =
            CloudEventBuilder.v1()
                    .withId("42 / a")
                    .withSource(URI.create("/houses"))
                    .withType("com.example.house")
                    .withSubject("elm street 1")
                    .withData("application/json", ROW.getBytes(UTF_8))
                    .build();

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.start("limits.max-rows=5");
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    @Test
    void anEventInBinaryModeIsAnsweredInBinaryMode() {
        HttpRequest.Builder request = function.request("/");
        HttpMessageFactory.createWriter(
                        request::header, body -> request.POST(BodyPublishers.ofByteArray(body)))
                .writeBinary(QUESTION);

        HttpResponse<String> response = function.send(request);

        assertThat(response.statusCode()).isEqualTo(200);
        CloudEvent answer = event(response);
        assertAnswers(answer);
        assertThat(data(answer)).isEqualTo(function.predict(ROW).body());
    }

    @Test
    void anEventInStructuredModeIsAnsweredInStructuredMode() {
        HttpResponse<String> response = send(EVENT, structured(QUESTION));

        assertThat(response.headers().firstValue("content-type")).contains(EVENT);
        CloudEvent answer = event(response);
        assertAnswers(answer);
        assertThat(JSON.readTree(data(answer)))
                .isEqualTo(JSON.readTree(function.predict(ROW).body()));
    }

    private static void assertAnswers(CloudEvent answer) {
        assertThat(answer.getId()).isEqualTo("42 / a");
        assertThat(answer.getSource()).hasToString("/onnx-function/boston-house-prices");
        assertThat(answer.getType()).isEqualTo("dev.onnxfunction.prediction");
        assertThat(answer.getSubject()).isEqualTo("elm street 1");
        assertThat(answer.getDataContentType()).isEqualTo("application/json");
        assertThat(answer.getTime()).isNotNull();
        assertThat(answer.getExtensionNames()).isEmpty();
    }

    @Test
    void aBatchIsAnsweredEventByEvent() {
        String batch =
                "[%s,%s,%s,%s]"
                        .formatted(
                                event("\"a\"", "[" + ROW + "," + ROW + "]"),
                                event("\"b\"", ROW.replace("6.575", "7")),
                                event("\"c\"", "[]"),
                                event("\"d\"", "[" + ROW + "]"));

        HttpResponse<String> response = send(BATCH, batch);

        assertThat(response.headers().firstValue("content-type")).contains(BATCH);
        JsonNode answers = JSON.readTree(response.body());
        JsonNode one = JSON.readTree(function.predict(ROW).body());
        JsonNode other = JSON.readTree(function.predict(ROW.replace("6.575", "7")).body());
        assertThat(answers.findValuesAsString("id")).containsExactly("a", "b", "c", "d");
        assertThat(answers.at("/0/data")).containsExactly(one, one);
        assertThat(answers.at("/1/data")).isEqualTo(other).isNotEqualTo(one);
        assertThat(answers.at("/2/data").toString()).isEqualTo("[]");
        assertThat(answers.at("/3/data")).containsExactly(one);
        for (JsonNode answer : answers) {
            assertThat(read(EVENT, answer.toString()).getType()).endsWith(".prediction");
        }
        assertThat(send(BATCH, "[]").body()).isEqualTo("[]");
    }

    @Test
    void theRowsOfABatchAreRefusedTogetherAndCountedThrough() {
        String batch =
                "[%s,%s,%s]"
                        .formatted(
                                event(
                                        "\"a\"",
                                        "[" + ROW + "," + ROW.replace("0.538", "true") + "]"),
                                event("\"b\"", ROW),
                                event("\"c\"", ROW.replace("6.575", "\"x\"")));

        JsonNode problem = problem(send(BATCH, batch), 400, "Invalid features");

        assertThat(problem.get("detail").asString()).startsWith("2 faults");
        assertThat(problem.get("errors").findValuesAsString("row")).containsExactly("1", "3");
        String many = event("\"a\"", "[" + ROW + "," + ROW + "," + ROW + "]");
        problem(send(BATCH, "[" + many + "," + many + "]"), 413, "Too many rows");
    }

    /** The response continues the request's trace; without one, it keeps the event's. */
    @Test
    void theTraceGoesOn() {
        String own = "00-" + TRACE + "-00f067aa0ba902b7-01";
        String event = event("\"a\"", ROW).replace("{\"spec", "{\"traceparent\":\"own\",\"spec");

        CloudEvent continued =
                event(
                        function.send(
                                function.request("/")
                                        .header("traceparent", own)
                                        .header("content-type", EVENT)
                                        .POST(BodyPublishers.ofString(event))));
        CloudEvent alone = event(send(EVENT, event));

        assertThat((String) continued.getExtension("traceparent"))
                .startsWith("00-" + TRACE + "-")
                .endsWith("-01")
                .isNotEqualTo(own);
        assertThat(alone.getExtension("traceparent")).isEqualTo("own");
    }

    static Stream<Arguments> refused() {
        String whole = event("\"a\"", ROW);
        return Stream.of(
                arguments(whole.replace("\"id\":\"a\",", ""), "has no id."),
                arguments(whole.replace("\"a\"", "\"\""), "has no id."),
                arguments(whole.replace("\"a\"", "null"), "has no id."),
                arguments(whole.replace("\"a\"", "7"), "has a number as its id."),
                arguments(whole.replace("\"source\":\"/s\",", ""), "has no source."),
                arguments(whole.replace("\"type\":\"t\",", ""), "has no type."),
                arguments(whole.replace("\"specversion\":\"1.0\",", ""), "has no specversion."),
                arguments(whole.replace("1.0", "0.3"), "has a specversion other than 1.0."),
                arguments(
                        whole.replace("\"data\"", "\"datum\""), "has an attribute that is an obj"),
                arguments(whole.replaceAll(",\"data\".*", "}"), "has no data."),
                arguments(whole.replace("\"data\"", "\"data_base64\""), "has data_base64."),
                arguments(
                        whole.replace("\"data\"", "\"datacontenttype\":\"text/csv\",\"data\""),
                        "has a datacontenttype other than application/json."),
                arguments(whole.replace("{\"spec", "{\"id\":\"b\",\"spec"), "has a member twice."),
                arguments(
                        whole.replace("\"t\"", "\"dev.onnxfunction.prediction\""),
                        "is a prediction itself."));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String event, String detail) {
        for (HttpResponse<String> response :
                List.of(
                        send(EVENT, event),
                        send(BATCH, "[" + event("\"x\"", ROW) + "," + event + "]"))) {
            JsonNode problem = problem(response, 400, "Invalid event");
            assertThat(problem.get("detail").asString()).startsWith("The event " + detail);
        }
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments(EVENT, ""),
                arguments(EVENT, "{"),
                arguments(EVENT, "[]"),
                arguments(EVENT, "null"),
                arguments(EVENT, event("\"a\"", ROW) + "x"),
                arguments(EVENT, event("\"a\"", "\"row\"")),
                arguments(EVENT, event("\"a\"", "[1,]")),
                arguments(EVENT, "\uFEFF" + event("\"a\"", ROW)),
                arguments(BATCH, ""),
                arguments(BATCH, event("\"a\"", ROW)),
                arguments(BATCH, "[1]"),
                arguments(BATCH, "[" + event("\"a\"", ROW)));
    }

    @ParameterizedTest
    @MethodSource
    void malformed(String type, String body) {
        problem(send(type, body), 400, "Malformed JSON");
    }

    static Stream<Arguments> wrongHeaders() {
        return Stream.of(
                arguments("ce-id", null, "has no id."),
                arguments("ce-id", "", "has no id."),
                arguments("ce-source", null, "has no source."),
                arguments("ce-type", null, "has no type."),
                arguments("ce-specversion", "1.1", "has a specversion other than 1.0."),
                arguments("ce-type", "dev.onnxfunction.prediction", "is a prediction itself."));
    }

    @ParameterizedTest
    @MethodSource
    void wrongHeaders(String name, String value, String detail) {
        Map<String, String> headers =
                new HashMap<>(
                        Map.of(
                                "ce-specversion", "1.0",
                                "ce-id", "a",
                                "ce-source", "/s",
                                "ce-type", "t"));
        headers.put(name, value);
        HttpRequest.Builder request = function.request("/").POST(BodyPublishers.ofString(ROW));
        headers.forEach(
                (field, text) -> {
                    if (text != null) {
                        request.header(field, text);
                    }
                });

        JsonNode problem = problem(function.send(request), 400, "Invalid event");

        assertThat(problem.get("detail").asString()).startsWith("The event " + detail);
    }

    @Test
    void anEventWhoseRowIsRefusedGetsTheProblemOfTheRow() {
        JsonNode problem =
                problem(send(EVENT, event("\"a\"", "{\"RM\":1}")), 400, "Invalid features");

        assertThat(problem.get("errors")).hasSize(12);
    }

    @Test
    void eventsOfOtherDataAreAnUnsupportedMediaType() {
        HttpRequest.Builder request =
                function.request("/")
                        .header("content-type", "text/csv")
                        .header("ce-specversion", "1.0")
                        .POST(BodyPublishers.ofString("RM"));

        problem(function.send(request), 415, "Unsupported media type");
    }

    /** {@code func invoke} posts its data unchanged. */
    @Test
    void rowsWithoutAnEventAreAnsweredAsPredictAnswersThem() {
        String many = "[" + ROW + "," + ROW + "]";
        for (String body : List.of(ROW, many, "{\"message\":\"Hello World\"}", "x")) {
            HttpResponse<String> root = function.post("/", body);

            assertThat(root.statusCode()).isEqualTo(function.predict(body).statusCode());
            if (root.statusCode() == 200) {
                assertThat(root.body()).isEqualTo(function.predict(body).body());
            }
        }
        assertThat(function.get("/").body()).isEqualTo("I'M ALIVE!");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/liveness", "/health/readiness"})
    void theProbesOfFuncAreAnswered(String path) {
        assertThat(function.get(path).body()).isEqualTo("{\"status\":\"UP\"}");
    }

    @Test
    void eachCanBeOff() {
        String event = event("\"a\"", ROW);
        try (RunningFunction rows = RunningFunction.start("http.protocols=func");
                RunningFunction events = RunningFunction.start("http.protocols=cloudevents");
                RunningFunction none = RunningFunction.start("http.protocols=none")) {
            assertThat(rows.post("/", ROW).statusCode()).isEqualTo(200);
            assertThat(send(rows, EVENT, event).statusCode()).isEqualTo(415);
            problem(events.post("/", ROW), 400, "Invalid event");
            assertThat(send(events, EVENT, event).statusCode()).isEqualTo(200);
            assertThat(events.get("/health/liveness").statusCode()).isEqualTo(404);
            assertThat(none.post("/", ROW).statusCode()).isEqualTo(405);
            assertThat(none.get("/health/liveness").statusCode()).isEqualTo(404);
        }
    }

    private static String event(String id, String data) {
        return "{\"specversion\":\"1.0\",\"id\":%s,\"source\":\"/s\",\"type\":\"t\",\"n\":1,\"data\":%s}"
                .formatted(id, data);
    }

    private static HttpResponse<String> send(String type, String body) {
        return send(function, type, body);
    }

    private static HttpResponse<String> send(RunningFunction to, String type, String body) {
        return to.send(
                to.request("/").header("content-type", type).POST(BodyPublishers.ofString(body)));
    }

    private static String structured(CloudEvent event) {
        return new String(new JsonFormat().serialize(event), UTF_8);
    }

    /** Reads a response as an event, with the SDK. */
    private static CloudEvent event(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        Map<String, String> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
        return HttpMessageFactory.createReader(headers, response.body().getBytes(UTF_8)).toEvent();
    }

    private static CloudEvent read(String type, String body) {
        return HttpMessageFactory.createReader(Map.of("content-type", type), body.getBytes(UTF_8))
                .toEvent();
    }

    private static String data(CloudEvent event) {
        return new String(requireNonNull(event.getData()).toBytes(), UTF_8);
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String title) {
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.path("title").asString()).as(response.body()).isEqualTo(title);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type"))
                .contains("application/problem+json");
        return problem;
    }
}
