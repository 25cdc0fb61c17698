package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.Gzip;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Clients that send what breaks a rule in the middle of a body, or leave at any moment. */
@Tag("slow")
class HttpAttacksTest {

    private static final String ROW = Boston.example().toString();
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked";
    private static final String ROWS = "Content-Type: application/x-ndjson";

    /** Has memory for one stream, and not a byte more. */
    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.start("limits.max-body=300KB", "limits.body-memory=320KB");
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    5;          | x    | 5000  | 400 | The line with the size of a chunk is longer than 4096
                    1\\r\\na\\r\\n0; | x    | 5000  | 400 | The line with the size of a chunk is longer than 4096
                    0\\r\\nX:     | y    | 20000 | 431 | The trailer fields are longer than 16384 bytes together
                    0\\r\\n       | a:b\\r\\n | 101 | 431 | The trailer fields are longer
                    """)
    void theFramingOfABodyIsLimitedAndNamed(
            String start, String part, int times, int status, String reason) throws IOException {
        String body = unescaped(start) + unescaped(part).repeat(times);
        for (String type : List.of("X: y", ROWS)) {
            try (Connection connection = new Connection(function.connect())) {
                connection.send(post(type, CHUNKED) + body);

                assertThat(connection.response())
                        .startsWith("HTTP/1.1 " + status)
                        .contains("connection: close", reason);
                assertThat(connection.isClosed()).isTrue();
            }
        }
    }

    private static String unescaped(String text) {
        return text.replace("\\r\\n", "\r\n");
    }

    /** TLS, for example, whose client waits for an answer before it sends a line feed. */
    @Test
    void whatCannotBecomeHttpIsRefusedAtItsFirstByte() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send("\u0016\u0003\u0001\u0002\0");

            assertThat(connection.response()).startsWith("HTTP/1.1 400");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100", CHUNKED})
    void aBodyThatItsClientDoesNotFinishIsRefused(String framing) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(GET + post(framing) + "5\r\n[");
            connection.finishSending();

            assertThat(connection.response()).startsWith("HTTP/1.1 200");
            assertThat(connection.response())
                    .startsWith("HTTP/1.1 400")
                    .contains("The body ended early. Send all of it.");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void anAnswerToHeadHasNoBodyEvenIfTheRequestIsIncomplete() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
            connection.finishSending();

            assertThat(connection.head()).startsWith("HTTP/1.1 400");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void oneOfSeveralExpectationsIs100Continue() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(post("Expect: x, 100-Continue", "Content-Length: " + ROW.length()));

            assertThat(connection.head()).startsWith("HTTP/1.1 100");
            connection.send(ROW);
            assertThat(connection.response()).startsWith("HTTP/1.1 200");
        }
    }

    /** Sends from another thread, because neither side buffers all of it. */
    @Test
    void thousandsOfMixedRequestsAreAnsweredInTheirOrder() throws IOException {
        List<String> kinds =
                List.of(
                        GET,
                        "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
                        predict("{"),
                        predict(ROW),
                        post(CHUNKED) + chunk(ROW) + "0\r\n\r\n",
                        predict("[" + (ROW + ",").repeat(50) + ROW + "]"));
        List<Integer> statuses = List.of(200, 404, 400, 200, 200, 200);
        int[] order = new Random(1).ints(1000, 0, kinds.size()).toArray();
        try (Connection connection = new Connection(function.connect())) {
            StringBuilder all = new StringBuilder();
            for (int kind : order) {
                all.append(kinds.get(kind));
            }
            CompletableFuture<Void> sent =
                    CompletableFuture.runAsync(
                            () -> sendUnchecked(connection, all.toString()),
                            Thread::startVirtualThread);
            for (int kind : order) {
                assertThat(connection.response()).startsWith("HTTP/1.1 " + statuses.get(kind));
            }
            sent.join();
        }
    }

    private static void sendUnchecked(Connection connection, String text) {
        try {
            connection.send(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<String> requests() {
        String many = "[" + (ROW + ",").repeat(600) + ROW + "]";
        String zipped = new String(Gzip.of(many), ISO_8859_1);
        String rows = (ROW + "\n").repeat(300);
        String zippedRows = new String(Gzip.of(rows), ISO_8859_1);
        return Stream.of(
                predict(many),
                post(CHUNKED) + chunk(many.substring(0, 40_000)) + chunk(many.substring(40_000)),
                post("Content-Encoding: gzip", "Content-Length: " + zipped.length()) + zipped,
                post("Accept-Encoding: gzip", "Content-Length: " + many.length()) + many,
                post("Content-Length: 300000") + many,
                post("Content-Length: 400000") + many,
                post(ROWS, CHUNKED) + chunk(rows) + "0\r\n\r\n",
                post(ROWS, "Content-Length: " + rows.length()) + rows,
                post(ROWS, "Content-Encoding: gzip", "Content-Length: " + zippedRows.length())
                        + zippedRows,
                predict(ROW).replace("/predict", "/explain"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void whereverAClientLeavesNothingIsKept(String request) throws IOException {
        int end = request.length();
        int body = request.indexOf("\r\n\r\n") + 4;
        for (int sent : new int[] {20, body, body + 1, (body + end) / 2, end - 1, end}) {
            for (Leaving leaving : Leaving.values()) {
                try (Connection connection = new Connection(function.connect(2048))) {
                    connection.send(request.substring(0, sent));
                    leave(connection, leaving);
                }
            }
            awaitAllMemory();
        }
    }

    private enum Leaving {
        RESET,
        CLOSE,
        STOP_SENDING,
        RESET_WITH_AN_ANSWER
    }

    private static void leave(Connection connection, Leaving leaving) throws IOException {
        switch (leaving) {
            case RESET -> connection.reset();
            case CLOSE -> connection.close();
            case STOP_SENDING -> {
                connection.finishSending();
                connection.readAll();
            }
            case RESET_WITH_AN_ANSWER -> {
                connection.isReadable(20);
                connection.reset();
            }
        }
    }

    /** Waits until there is memory for a stream. */
    private static void awaitAllMemory() throws IOException {
        List<String> heads = new ArrayList<>();
        for (int attempt = 0; attempt < 1000; attempt++) {
            try (Connection connection = new Connection(function.connect())) {
                connection.send(post(ROWS, "Content-Length: " + ROW.length()) + ROW);
                String head = connection.head();
                if (head.startsWith("HTTP/1.1 200")) {
                    return;
                }
                heads.add(head);
            }
        }
        throw new AssertionError("The memory is not given back: " + heads.getLast());
    }

    private static String predict(String body) {
        return post("Content-Length: " + body.length()) + body;
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    /** Returns the head of a request. */
    private static String post(String... headers) {
        return "POST /predict HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }
}
