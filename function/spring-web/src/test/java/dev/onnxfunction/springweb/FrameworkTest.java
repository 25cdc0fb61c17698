package dev.onnxfunction.springweb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Behaviour of spring-cloud-function-web alone, which {@code PlainFrameworkTest} shows, does not
 * reach clients.
 */
class FrameworkTest {

    private static final String ROW = Boston.example().toString();

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.shared();
    }

    @Test
    void anArrayIsAnsweredWholeOrNotAtAll() {
        HttpResponse<String> response = function.predict("[" + ROW + ",{\"CRIM\":1}," + ROW + "]");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"row\":1").doesNotContain("predict\":");
    }

    /**
     * Repeated, because a response from a thread other than the event loop could get lost, about
     * one in a hundred.
     */
    @Test
    void everyRequestOfAConnectionIsAnsweredWhicheverThreadAnswers() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            for (int i = 0; i < 2000; i++) {
                for (String path : List.of("/model", "/page/icon.svg")) {
                    connection.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");

                    assertThat(connection.response()).as(path).startsWith("HTTP/1.1 200");
                }
            }
        }
    }

    @Test
    void aHeaderNamedPayloadDoesNotReplaceTheBody() {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("payload", "[1]")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(ROW)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("29.80673285033054");
    }

    @Test
    void neitherHeadersNorTimeNorAddressOfTheRequestAreInTheAnswer() {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict?a=secret")
                                .header("X-Custom", "secret")
                                .header(
                                        "traceparent",
                                        "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01")
                                .POST(BodyPublishers.ofString(ROW)));

        assertThat(response.headers().map().keySet())
                .containsExactlyInAnyOrder("content-length", "content-type", "date");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/predictRequest",
                "/-functions/predictRequest",
                "/-functions/predict",
                "/-functions",
                "/predict/extra",
                "/predict,predict",
                "/predict%7Cpredict",
                "/functionRouter",
                "/onnxModel",
                "/anything"
            })
    void noFunctionIsReachedByName(String path) {
        for (String method : List.of("GET", "POST", "PUT", "DELETE")) {
            HttpResponse<String> response =
                    function.send(
                            function.request(path).method(method, BodyPublishers.ofString(ROW)));
            assertThat(response.statusCode()).as("%s %s", method, path).isEqualTo(404);
            assertThat(response.body()).contains("There is nothing at this path");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"CRIM\":1|400", "5|400", "null|400", "''|400"})
    void badInputIsTheClientsFault(String body, int status) {
        assertThat(function.predict(body).statusCode()).isEqualTo(status);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] latin = "{\"Stra\u00dfe\":1}".getBytes(StandardCharsets.ISO_8859_1);
        HttpResponse<String> response =
                function.send(function.request("/predict").POST(BodyPublishers.ofByteArray(latin)));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("UTF-8");
    }

    @Test
    void rowsAndArraysSideBySideGetTheirOwnAnswers() {
        List<CompletableFuture<HttpResponse<String>>> answers =
                IntStream.range(0, 200)
                        .mapToObj(
                                i ->
                                        function.sendAsync(
                                                function.request("/predict")
                                                        .POST(BodyPublishers.ofString(body(i)))))
                        .toList();

        for (int i = 0; i < answers.size(); i++) {
            HttpResponse<String> response = answers.get(i).join();
            assertThat(response.statusCode()).isEqualTo(i % 3 == 2 ? 400 : 200);
            assertThat(response.body()).startsWith(i % 3 == 1 ? "[{" : "{");
        }
    }

    private static String body(int number) {
        return switch (number % 3) {
            case 0 -> ROW;
            case 1 -> "[" + ROW + "," + ROW + "]";
            default -> "[" + ROW + ",{}]";
        };
    }

    @Test
    void healthAndMetricsAreThoseOfSpringBootAndKnowTheModel() {
        function.predict("[" + ROW + "," + ROW + "]");

        assertThat(function.get("/actuator/health/readiness").body()).contains("\"UP\"");
        assertThat(function.get("/actuator/prometheus").body())
                .containsPattern("onnx_function_rows_total\\{model=\"boston-[^}]*} [1-9]")
                .contains("uri=\"/predict\"");
    }

    @Test
    void openApiDescribesTheFunctionAlone() {
        try (RunningFunction plain = RunningFunction.start("http.protocols=none")) {
            assertThat(
                            JsonMapper.shared()
                                    .readTree(plain.get("/openapi.json").body())
                                    .get("paths")
                                    .propertyNames())
                    .containsExactlyInAnyOrder(
                            "/",
                            "/predict",
                            "/explain",
                            "/model",
                            "/model/fingerprint",
                            "/openapi.json");
        }
    }
}
