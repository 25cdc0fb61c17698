package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.Boston;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

/**
 * CSV on {@code /predict}: answered whole or refused whole, with the same values and faults as
 * JSON.
 */
class CsvTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JsonNode ROW = Boston.example();
    private static final String HEADER = String.join(",", ROW.propertyNames());
    private static final String CELLS =
            String.join(",", ROW.valueStream().map(JsonNode::toString).toList());
    private static final String BODY = HEADER + "\n" + CELLS + "\n" + CELLS + "\n";

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.start("limits.max-rows=3");
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    @Test
    void rowsAreAnsweredAsThoseOfAnArray() {
        HttpResponse<String> response = post(BODY);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(response.body()).isEqualTo(function.predict("[" + ROW + "," + ROW + "]").body());
    }

    static Stream<String> otherForms() {
        return Stream.of(
                BODY.replace("\n", "\r\n"),
                BODY.strip(),
                "\uFEFF" + BODY,
                "\"note\"," + BODY.replace("\n0", "\n\"a, \"\"b\"\"\n\",0"),
                BODY.replace("6.575", "\"6.575\"").replace("65.2", "6.52e1"));
    }

    @ParameterizedTest
    @MethodSource
    void otherForms(String body) {
        assertThat(post(body).body()).isEqualTo(post(BODY).body());
    }

    @Test
    void theHeaderAloneHasNoRows() {
        assertThat(post(HEADER).body()).isEqualTo("[]");
        assertThat(post(HEADER + "\n", "Accept", "text/csv").body())
                .isEqualTo("predict,lower,upper\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/csv | text/csv",
                "text/csv, */*;q=0.1 | text/csv",
                "text/csv, */* | text/csv",
                "*/* | application/json",
                "text/csv;q=0.5, application/json | application/json",
                "text/csv, application/json | application/json"
            })
    void theClientChoosesTheAnswer(String accept, String type) {
        HttpResponse<String> response = post(BODY, "Accept", accept);

        assertThat(response.headers().firstValue("content-type")).contains(type);
        if (type.equals("text/csv")) {
            JsonNode json = JSON.readTree(function.predict(ROW.toString()).body());
            String line =
                    "%s,%s,%s\r\n"
                            .formatted(
                                    json.get("predict"),
                                    json.at("/interval/0"),
                                    json.at("/interval/1"));
            assertThat(response.body()).isEqualTo("predict,lower,upper\r\n" + line + line);
        }
    }

    @Test
    void anythingElseIsNotAcceptable() {
        assertThat(post(BODY, "Accept", "text/plain").statusCode()).isEqualTo(406);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("", "is empty, must begin with a header"),
                arguments(
                        BODY.replaceFirst("6.575", "\"6.575"),
                        "has a quoted cell that does not end"),
                arguments(BODY.replace(',', ';'), "has no comma but \";\" in its header"),
                arguments(BODY.replaceFirst("ZN", "CRIM"), "has two columns \"CRIM\""),
                arguments(
                        (HEADER + "\n" + "1,2,3").replace("\n", ""),
                        "has no rows, and no column \"LSTAT\""));
    }

    @ParameterizedTest
    @MethodSource
    void malformed(String body, String detail) {
        JsonNode problem = problem(post(body), 400, "Malformed CSV");

        assertThat(problem.get("detail").asString())
                .startsWith("The body " + detail)
                .endsWith(
                        "Send CSV in UTF-8 (RFC 4180) whose first line has the names of the"
                                + " features, with curl by --data-binary.");
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                arguments(BODY.replaceFirst("6.575", ""), List.of("0 RM missing")),
                arguments(BODY.replaceFirst("6.575", "x"), List.of("0 RM is a string, must be")),
                arguments(BODY.replaceFirst("6.575", "true"), List.of("0 RM is true, must be a")),
                arguments(
                        BODY.replaceFirst("RM", "rm"),
                        List.of("0 RM missing, but there is", "1 RM missing, but there is")),
                arguments(BODY + CELLS + ",1\n", List.of("2  has 14 cells, must have 13 as the")),
                arguments(BODY + "1,2\n", List.of("2  has 2 cells, must have 13 as the header")));
    }

    @ParameterizedTest
    @MethodSource
    void invalid(String body, List<String> faults) {
        JsonNode errors = problem(post(body), 400, "Invalid features").get("errors");

        assertThat(errors).hasSize(faults.size());
        for (int i = 0; i < faults.size(); i++) {
            JsonNode error = errors.get(i);
            assertThat(
                            "%s %s %s"
                                    .formatted(
                                            error.get("row"),
                                            error.path("feature").asString(),
                                            error.get("problem").asString()))
                    .startsWith(faults.get(i));
        }
    }

    @Test
    void limitsAreThoseOfAnArray() {
        problem(post(BODY + CELLS + "\n" + CELLS + "\n"), 413, "Too many rows");
        assertThat(post(BODY + CELLS + "\n").statusCode()).isEqualTo(200);
    }

    @Test
    void itCanBeOff() {
        try (RunningFunction off = RunningFunction.start("http.protocols=ndjson")) {
            assertThat(post(off, BODY, "Accept", "*/*").statusCode()).isEqualTo(415);
        }
    }

    private static HttpResponse<String> post(String body) {
        return post(body, "Accept", "*/*");
    }

    private static HttpResponse<String> post(String body, String name, String value) {
        return post(function, body, name, value);
    }

    private static HttpResponse<String> post(
            RunningFunction to, String body, String name, String value) {
        HttpRequest.Builder request =
                to.request("/predict")
                        .header("Content-Type", "text/csv; charset=utf-8")
                        .header(name, value)
                        .POST(BodyPublishers.ofString(body));
        return to.send(request);
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String title) {
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.path("title").asString()).as(response.body()).isEqualTo(title);
        assertThat(response.statusCode()).isEqualTo(status);
        return problem;
    }
}
