package dev.onnxfunction;

import static dev.onnxfunction.testing.Responses.assertProblem;
import static dev.onnxfunction.testing.Responses.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Gzip;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

/** What a client may send and accept: media types and gzip, and the errors for all others. */
@Tag(TestedServer.IMAGE)
class MediaTypesTest {

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.shared();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "text/html, image/*;q=0.8",
                "application/json;q=0",
                "application/json;q=0.000, text/*",
                "*/*, application/json;q=0.0",
                "application/xml"
            })
    void anAnswerThatTheClientRefusesIsNotAcceptable(String accept) {
        HttpResponse<String> response = predict("Accept", accept);

        assertProblem(response, 406, "Not acceptable", "The answer is application/json.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "application/json",
                "*/*",
                "application/*",
                "text/html, application/json;q=0.1",
                "APPLICATION/JSON",
                "text/html;q=0.9, */*;q=0.1"
            })
    void anAnswerThatTheClientTakesIsGiven(String accept) {
        HttpResponse<String> response = predict("Accept", accept);

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void severalAcceptHeadersCountAsOne() {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Accept", "text/html")
                                .header("Accept", "application/json")
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json;charset=iso-8859-1",
                "application/json; charset=\"utf-16\"",
                "application/jsonp",
                "multipart/form-data; boundary=x"
            })
    void aBodyOfAnotherTypeIsAnUnsupportedMediaType(String contentType) {
        HttpResponse<String> response = predict("Content-Type", contentType);

        assertProblem(
                response,
                415,
                "Unsupported media type",
                "one of these, text in UTF-8: application/json, application/x-ndjson");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json; charset=utf-8",
                "application/json;charset=\"UTF-8\""
            })
    void aBodyThatIsJsonIsTaken(String contentType) {
        HttpResponse<String> response = predict("Content-Type", contentType);

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip, gzip", "deflate", "zstd", "gzip;q=1", ""})
    void aBodyInAnotherCodingThanGzipIsAnUnsupportedMediaType(String coding) {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Content-Type", "application/json")
                                .header("Content-Encoding", coding)
                                .POST(BodyPublishers.ofString("x")));

        assertProblem(response, 415, "Unsupported media type", "with Content-Encoding: gzip, or");
        assertThat(header(response, "accept-encoding")).isEqualTo("gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip"})
    void aBodyInGzipIsTaken(String coding) {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Content-Encoding", coding)
                                .POST(
                                        BodyPublishers.ofByteArray(
                                                Gzip.of(Boston.example().toString()))));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"predict\":29.8067328503");
    }

    @Test
    void aBodyThatIsNotTheGzipThatItClaimsToBeIsRefused() {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Content-Encoding", "gzip")
                                .POST(BodyPublishers.ofString("{}")));

        assertProblem(response, 400, "Malformed gzip", "does not begin as gzip does");
    }

    /** Sends the example row with this header. */
    private static HttpResponse<String> predict(String header, String value) {
        return function.send(
                function.request("/predict")
                        .header(header, value)
                        .POST(BodyPublishers.ofString(Boston.example().toString())));
    }
}
