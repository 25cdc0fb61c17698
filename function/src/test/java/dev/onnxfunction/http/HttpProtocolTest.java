package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.Collections;

/** Messages that no well-behaved client sends, written as raw bytes. */
@Tag("slow")
@Tag(TestedServer.IMAGE)
class HttpProtocolTest {

    private static final String ROW = Boston.example().toString();
    private static final String PREDICTION = "\"predict\":29.8067328503";

    private final RunningFunction function = RunningFunction.shared();

    @Test
    void aConnectionServesManyRequests() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            for (int i = 0; i < 3; i++) {
                connection.send(predict(ROW));
                assertThat(connection.response()).startsWith("HTTP/1.1 200").contains(PREDICTION);
            }
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        String many = "[" + (ROW + ",").repeat(2000) + ROW + "]";
        try (Connection connection = new Connection(function.connect())) {
            connection.send(
                    predict(ROW)
                            + get("/")
                            + predict(many)
                            + predict("{}")
                            + get("/model")
                            + predict(ROW));

            assertThat(connection.response()).contains(PREDICTION);
            assertThat(connection.response()).endsWith("I'M ALIVE!");
            assertThat(connection.response().split("predict", -1)).hasSize(2002);
            assertThat(connection.response()).startsWith("HTTP/1.1 400");
            assertThat(connection.response()).contains("boston-house-prices");
            assertThat(connection.response()).contains(PREDICTION);
        }
    }

    @Test
    void aChunkedBodyIsTaken() throws IOException {
        String half = Integer.toHexString(40);
        String rest = Integer.toHexString(ROW.length() - 40);
        try (Connection connection = new Connection(function.connect())) {
            connection.send(
                    post("Transfer-Encoding: chunked")
                            + (half + "\r\n" + ROW.substring(0, 40) + "\r\n")
                            + (rest + "\r\n" + ROW.substring(40) + "\r\n0\r\n\r\n"));

            assertThat(connection.response()).startsWith("HTTP/1.1 200").contains(PREDICTION);
        }
    }

    @Test
    void aClientThatExpects100ContinueGetsIt() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(post("Expect: 100-continue", "Content-Length: " + ROW.length()));
            assertThat(connection.response()).startsWith("HTTP/1.1 100");

            connection.send(ROW);
            assertThat(connection.response()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aClientThatExpects100ContinueForTooMuchIsRefused() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(post("Expect: 100-continue", "Content-Length: 1000000000"));

            assertThat(connection.response())
                    .startsWith("HTTP/1.1 413")
                    .contains("application/problem+json");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItHasCome() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(post("Content-Length: 1000000000") + "[");

            assertThat(connection.response())
                    .startsWith("HTTP/1.1 413")
                    .contains("connection: close")
                    .contains("The body has more than 2097152 bytes.");
            connection.send(" ".repeat(1_000_000));
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void aBodyThatBecomesTooLargeIsRefusedAndReadToItsEnd() throws IOException {
        String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
        try (Connection connection = new Connection(function.connect())) {
            connection.send(post("Transfer-Encoding: chunked") + chunk.repeat(200) + "0\r\n\r\n");

            assertThat(connection.response()).startsWith("HTTP/1.1 413");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void aRefusalComesAfterTheAnswersBeforeIt() throws IOException {
        String many = "[" + (ROW + ",").repeat(2000) + ROW + "]";
        try (Connection connection = new Connection(function.connect())) {
            connection.send(predict(many) + post("Content-Length: 9999999"));

            assertThat(connection.response()).startsWith("HTTP/1.1 200");
            assertThat(connection.response()).startsWith("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                "GET /\r\n\r\n",
                "\u0016\u0003\u0001 HTTP/1.1\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
            })
    void whatIsNotHttpIsABadRequest(String request) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(request);

            assertThat(connection.response())
                    .startsWith("HTTP/1.1 400")
                    .contains("application/problem+json")
                    .contains("\"title\":\"Bad request\"");
        }
    }

    @Test
    void aRequestLineThatIsTooLongIsRefused() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(get("/" + "a".repeat(5000)));

            assertThat(connection.response()).startsWith("HTTP/1.1 414");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void headersThatAreTooLongAreRefused() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(
                    post(Collections.nCopies(1000, "X-Header: 12345678").toArray(String[]::new)));

            assertThat(connection.response()).startsWith("HTTP/1.1 431");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void http10IsAnsweredAndClosed() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send("GET / HTTP/1.0\r\n\r\n");

            assertThat(connection.response()).startsWith("HTTP/1.1 200").endsWith("I'M ALIVE!");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void aClientThatWantsToCloseIsClosed() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

            assertThat(connection.response()).contains("connection: close");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.org/model", "http://example.org/model?x=/y"})
    void anAbsoluteTargetIsTaken(String target) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(get(target));

            assertThat(connection.response()).startsWith("HTTP/1.1 200").contains("boston");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.org", "http://example.org?x"})
    void anAbsoluteTargetWithoutPathIsTheRoot(String target) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(get(target));

            assertThat(connection.response()).endsWith("I'M ALIVE!");
        }
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    /** Returns a complete request. */
    private static String predict(String body) {
        return post("Content-Length: " + body.length()) + body;
    }

    /** Returns the head of a request. */
    private static String post(String... headers) {
        return "POST /predict HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }
}
