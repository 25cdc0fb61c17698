package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Limits that apply to all connections together. */
@Tag("slow")
@Tag(TestedServer.IMAGE)
class HttpLimitsTest {

    private static final String ROW = Boston.example().toString();
    private static final String HEAD =
            "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n";

    @Test
    void bodiesTogetherTakeNoMoreMemoryThanIsSet() throws IOException {
        String half = HEAD.formatted(64_000) + " ".repeat(36_000);
        try (RunningFunction function =
                        RunningFunction.start("limits.max-body=64KB", "limits.body-memory=64KB");
                Connection slow = holdHalf(function);
                Connection refused = new Connection(function.connect())) {
            refused.send(half);

            assertThat(refused.response())
                    .startsWith("HTTP/1.1 503")
                    .contains("retry-after: 1\r\n", "connection: close")
                    .contains("All memory for requests and answers is in use.");
            assertThat(function.predict(ROW).statusCode()).isEqualTo(200);

            slow.send(" ".repeat(28_000 - ROW.length()) + ROW);
            assertThat(slow.response()).startsWith("HTTP/1.1 200");
            slow.send(half + " ".repeat(28_000 - ROW.length()) + ROW);
            assertThat(slow.response()).startsWith("HTTP/1.1 200");
        }
    }

    /** A body is copied less often if its announced length fits into memory. */
    @Test
    void memoryForMoreThanHasComeIsCountedToo() throws IOException {
        try (RunningFunction function =
                        RunningFunction.start("limits.max-body=64KB", "limits.body-memory=64KB");
                Connection slow = holding(function, 12_000)) {
            assertThat(function.predict(ROW).statusCode()).isEqualTo(200);

            slow.send(" ".repeat(52_000 - ROW.length()) + ROW);
            assertThat(slow.response()).startsWith("HTTP/1.1 200");
            awaitFree(function);
        }
    }

    @Test
    void whatAClientThatWentAwayHadSentIsForgotten() throws IOException {
        try (RunningFunction function =
                RunningFunction.start("limits.max-body=64KB", "limits.body-memory=64KB")) {
            for (int i = 0; i < 5; i++) {
                holdHalf(function).close();
                awaitFree(function);
            }
        }
    }

    /** Although the connection stays open until its client closes it, too. */
    @Test
    void theMemoryOfABodyThatDoesNotArriveInTimeIsFree() throws IOException {
        try (RunningFunction function =
                        RunningFunction.start(
                                "limits.max-body=64KB",
                                "limits.body-memory=64KB",
                                "server.request-timeout=2s");
                Connection slow = holdHalf(function)) {
            assertThat(slow.response()).startsWith("HTTP/1.1 408");
            assertThat(function.predict(" ".repeat(36_000) + ROW).statusCode()).isEqualTo(200);
        }
    }

    private static Connection holdHalf(RunningFunction function) throws IOException {
        return holding(function, 36_000);
    }

    /**
     * Opens a connection that holds so much memory that a body of 36 kB does not fit, after as many
     * attempts as necessary.
     *
     * @param sent number of bytes to send of its body of 64 kB
     */
    private static Connection holding(RunningFunction function, int sent) throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            Connection connection = new Connection(function.connect());
            connection.send(HEAD.formatted(64_000) + " ".repeat(sent));
            while (!connection.isReadable(0)) {
                if (function.predict(" ".repeat(36_000) + ROW).statusCode() == 503) {
                    return connection;
                }
            }
            connection.close(); // The other body came first.
        }
        throw new AssertionError("Nothing holds the memory.");
    }

    /** Requests that arrive whole are answered, whatever memory incomplete ones hold. */
    @Test
    void unfinishedHeadsTogetherTakeNoMoreMemoryThanIsSet() throws IOException {
        String head = "GET / HTTP/1.1\r\nHost: a\r\n" + "a:b\r\n".repeat(90);
        List<Connection> unfinished = new ArrayList<>();
        try (RunningFunction function = RunningFunction.start("limits.connection-memory=64KB")) {
            try {
                for (int i = 0; i < 20; i++) {
                    Connection connection = new Connection(function.connect());
                    unfinished.add(connection);
                    connection.send(head);
                    assertThat(function.predict(ROW).statusCode()).isEqualTo(200);
                }

                assertThat(unfinished.getLast().response()).startsWith("HTTP/1.1 503");
                unfinished.getFirst().send("\r\n");
                assertThat(unfinished.getFirst().response()).startsWith("HTTP/1.1 200");
            } finally {
                for (Connection connection : unfinished) {
                    connection.close();
                }
            }
        }
    }

    /** Bytes of an unfinished head or trailer are kept until its end has arrived. */
    @Test
    void theLastLineOfAnUnfinishedHeadOrTrailerIsCounted() throws IOException {
        String head = "GET / HTTP/1.1\r\nHost: a\r\n";
        String line = "a:" + "b".repeat(15_000) + "\r\n";
        String trailer = "Trailer:" + "b".repeat(15_000) + "\r\n";
        assertThatFewAreKept(head + line);
        assertThatFewAreKept(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + trailer);
    }

    private static void assertThatFewAreKept(String begun) throws IOException {
        List<Connection> unfinished = new ArrayList<>();
        try (RunningFunction function = RunningFunction.start("limits.connection-memory=64KB")) {
            try {
                for (int i = 0; i < 10; i++) {
                    Connection connection = new Connection(function.connect());
                    unfinished.add(connection);
                    connection.send(begun);
                    assertThat(function.predict(ROW).statusCode()).isEqualTo(200);
                }

                assertThat(unfinished.getLast().response()).startsWith("HTTP/1.1 503");
            } finally {
                for (Connection connection : unfinished) {
                    connection.close();
                }
            }
        }
    }

    @Test
    void moreThanAHundredFieldsAreRefusedHoweverShort() throws IOException {
        String head = "GET / HTTP/1.1\r\nHost: a\r\n";
        try (RunningFunction function = RunningFunction.start();
                Connection connection = new Connection(function.connect())) {
            connection.send(head + "a:b\r\n".repeat(99) + "\r\n");
            assertThat(connection.response()).startsWith("HTTP/1.1 200");

            connection.send(head + "a:b\r\n".repeat(101));
            assertThat(connection.response())
                    .startsWith("HTTP/1.1 431")
                    .contains("or more than 100.");
        }
    }

    @Test
    void nothingIsKeptOfABodyWithoutAKey(@TempDir Path folder) throws IOException {
        String key = "a-key-of-24-letters-0123";
        Path keys = Files.writeString(folder.resolve("keys"), key);
        String body = " ".repeat(200_000) + ROW;
        List<Connection> strangers = new ArrayList<>();
        try (RunningFunction function =
                RunningFunction.start(
                        "server.shutdown-timeout=1s",
                        "access.keys=" + keys,
                        "limits.max-body=256KB",
                        "limits.body-memory=256KB")) {
            for (int i = 0; i < 4; i++) {
                Connection stranger = new Connection(function.connect());
                strangers.add(stranger);
                stranger.send(HEAD.formatted(250_000) + " ".repeat(200_000));
            }
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> response =
                        function.send(
                                function.request("/predict")
                                        .header("Authorization", "Bearer " + key)
                                        .POST(BodyPublishers.ofString(body)));
                assertThat(response.statusCode()).isEqualTo(200);
            }
            strangers.getFirst().send(" ".repeat(50_000) + HEAD.formatted(2) + "{}");
            assertThat(strangers.getFirst().response()).startsWith("HTTP/1.1 401");
            assertThat(strangers.getFirst().response()).startsWith("HTTP/1.1 401");
        } finally {
            for (Connection stranger : strangers) {
                stranger.close();
            }
        }
    }

    /** Rows without members are short as text, but not in memory. */
    @Test
    void rowsTimesFeaturesAreLimited(@TempDir Path folder) throws IOException {
        int features = 600;
        String names =
                IntStream.range(0, features)
                        .mapToObj(i -> "f" + i)
                        .collect(Collectors.joining(","));
        Path model = OnnxGraph.linear(1, new double[features]).write(folder);
        try (RunningFunction function =
                RunningFunction.serving(
                        model,
                        "model.features=" + names,
                        "model.missing=allowed",
                        "limits.max-cells=6000")) {
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> response = function.predict("[" + "{},".repeat(9_999) + "{}]");
                assertThat(response.statusCode()).isEqualTo(413);
                assertThat(response.body())
                        .contains("\"title\":\"Too many cells\"")
                        .contains("more than 10 rows of 600 features, which is more than 6000");
            }
            assertThat(function.predict("[" + "{},".repeat(10) + "{}]").statusCode())
                    .isEqualTo(413);
            assertThat(function.predict("[" + "{},".repeat(9) + "{}]").body())
                    .doesNotContain("Too many cells");
        }
    }

    @Test
    void beyondTheLimitOfConnectionsProbesAreAnsweredAndNothingElse() throws IOException {
        String probe = "GET /actuator/health/liveness HTTP/1.1\r\nHost: a\r\n\r\n";
        try (RunningFunction function = RunningFunction.start("limits.max-connections=2");
                Connection first = new Connection(function.connect());
                Connection second = new Connection(function.connect())) {
            String request = HEAD.formatted(ROW.length()) + ROW;
            for (Connection connection : List.of(first, second)) {
                connection.send(request);
                assertThat(connection.response()).startsWith("HTTP/1.1 200");
                connection.send(HEAD.formatted(ROW.length())); // An idle one would be closed.
            }
            for (int i = 0; i < 100; i++) {
                try (Connection third = new Connection(function.connect())) {
                    third.send(i % 2 == 0 ? request : probe + probe);
                    assertThat(third.response())
                            .startsWith(i % 2 == 0 ? "HTTP/1.1 503" : "HTTP/1.1 200")
                            .contains("connection: close");
                    assertThat(third.isClosed()).isTrue();
                }
            }
            second.send(ROW);
            assertThat(second.response()).startsWith("HTTP/1.1 200");
        }
    }

    /** Silent clients, and clients between two requests. */
    @Test
    void idleConnectionsMakeRoomForOthers() throws IOException {
        String request = HEAD.formatted(ROW.length()) + ROW;
        List<Connection> idle = new ArrayList<>();
        try (RunningFunction function = RunningFunction.start("limits.max-connections=8")) {
            Connection busy = new Connection(function.connect());
            idle.add(busy);
            busy.send(HEAD.formatted(ROW.length()));
            for (int i = 1; i < 8; i++) {
                Connection connection = new Connection(function.connect());
                idle.add(connection);
                if (i % 2 == 0) {
                    connection.send(request);
                    assertThat(connection.response()).startsWith("HTTP/1.1 200");
                }
            }
            for (int i = 0; i < 4; i++) {
                idle.add(connectedOnceThereIsRoom(function, request));
            }
            assertThat(idle.get(1).isClosed()).isTrue();
            busy.send(ROW);
            assertThat(busy.response()).startsWith("HTTP/1.1 200");
        } finally {
            for (Connection connection : idle) {
                connection.close();
            }
        }
    }

    private static Connection connectedOnceThereIsRoom(RunningFunction function, String request)
            throws IOException {
        while (true) {
            Connection connection = new Connection(function.connect());
            connection.send(request);
            if (connection.response().startsWith("HTTP/1.1 200")) {
                return connection;
            }
            connection.close();
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** Beyond the limit, the oldest connections are closed. */
    @Test
    void idleConnectionsBeyondTheLimitDoNotKeepProbesOut() throws IOException {
        String probe = "GET /actuator/health/liveness HTTP/1.1\r\nHost: a\r\n\r\n";
        List<Connection> idle = new ArrayList<>();
        try (RunningFunction function =
                RunningFunction.start("server.shutdown-timeout=1s", "limits.max-connections=1")) {
            for (int i = 0; i < 200; i++) {
                idle.add(new Connection(function.connect()));
            }
            try (Connection connection = new Connection(function.connect())) {
                connection.send(probe);
                assertThat(connection.response()).startsWith("HTTP/1.1 200");
            }
        } finally {
            for (Connection connection : idle) {
                connection.close();
            }
        }
    }

    private static void awaitFree(RunningFunction function) {
        String large = " ".repeat(36_000) + ROW;
        for (int attempt = 0; attempt < 1000; attempt++) {
            if (function.predict(large).statusCode() == 200) {
                return;
            }
        }
        throw new AssertionError("The memory is not given back.");
    }
}
