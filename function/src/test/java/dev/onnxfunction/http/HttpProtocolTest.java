package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Messages that no well-behaved client sends, or sends so slowly, written as raw bytes. */
@Tag("slow")
class HttpProtocolTest {

    private static final String ROW = Boston.example().toString();
    private static final String PREDICTION = "\"predict\":29.8067328503";

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.start("server.request-timeout=1s", "server.idle-timeout=2s");
    }

    @AfterAll
    static void stop() {
        function.close();
    }

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "POST /predict HTTP/1.1\r\nHost",
                "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"
            })
    void aRequestThatDoesNotArriveInTimeIsGivenUp(String beginning) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(beginning);

            assertThat(connection.response())
                    .startsWith("HTTP/1.1 408")
                    .contains("The request did not arrive within 1 s. Send it faster.");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    /** Each byte would extend the wait for the end of the client, up to the shutdown timeout. */
    @Test
    void aClientThatNeverStopsSendingDoesNotDelayTheStop() throws IOException {
        RunningFunction stopping = RunningFunction.start("server.shutdown-timeout=20s");
        try (Connection connection = new Connection(stopping.connect())) {
            connection.send(get("/"));
            assertThat(connection.response()).startsWith("HTTP/1.1 200");

            long begun = System.nanoTime();
            CompletableFuture<Void> end = CompletableFuture.runAsync(stopping::close);
            sendEmptyLines(connection, end);
            end.join();

            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(Duration.ofSeconds(10));
        }
    }

    private static void sendEmptyLines(Connection connection, CompletableFuture<Void> end) {
        try {
            while (!end.isDone()) {
                connection.send("\r\n");
                connection.isReadable(50);
            }
        } catch (IOException e) {
            assertThat(e).isInstanceOf(SocketException.class); // The server has closed it.
        }
    }

    /** Takes the shortest of three times, because the machine may stall. */
    @Test
    void itsTimeBeginsWithItsFirstByteHoweverOldTheConnectionIs() throws IOException {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            shortest = Math.min(shortest, nanosUntilGivenUp());
        }
        assertThat(Duration.ofNanos(shortest)).isLessThan(Duration.ofMillis(1500));
    }

    private static long nanosUntilGivenUp() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            assertThat(connection.isReadable(300)).isFalse();
            long begun = System.nanoTime();
            connection.send("G");

            assertThat(connection.response()).startsWith("HTTP/1.1 408");
            return System.nanoTime() - begun;
        }
    }

    @Test
    void aDrippingRequestIsGivenUpHoweverOftenItDrips() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            List<String> drops = new ArrayList<>();
            connection.send(post("Content-Length: 9000"));
            while (!connection.isReadable(100) && drops.size() < 100) {
                connection.send(" ");
                drops.add(" ");
            }

            assertThat(drops).hasSizeBetween(5, 40);
            assertThat(connection.response()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void aConnectionWithoutRequestsIsClosed() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(get("/"));
            assertThat(connection.response()).startsWith("HTTP/1.1 200");

            assertThat(connection.isClosed()).isTrue();
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
