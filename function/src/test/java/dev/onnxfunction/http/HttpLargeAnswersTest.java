package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Responses of 5 MB, more than a socket's buffers hold, and clients that read them slowly. */
@Tag("slow")
@Tag(TestedServer.IMAGE)
class HttpLargeAnswersTest {

    private static final String ROW = Boston.example().toString();
    private static final int ROWS = 40_000;
    private static final String MANY = "[" + (ROW + ",").repeat(ROWS - 1) + ROW + "]";
    private static final int SMALL_BUFFER = 8 * 1024;

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = start("server.idle-timeout=60s");
    }

    private static RunningFunction start(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(
                List.of("limits.max-body=8MB", "limits.max-rows=40000", "limits.body-memory=32MB"));
        return RunningFunction.start(all.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    @Test
    void aHalfClosedClientGetsTheWholeAnswer() throws IOException {
        try (Connection connection = new Connection(function.connect(SMALL_BUFFER))) {
            connection.send(post(MANY));
            connection.finishSending();

            assertWhole(connection);
            assertThat(connection.isClosed()).isTrue();
        }
    }

    /**
     * The client takes more than twice the idle timeout. One of several attempts counts, because a
     * busy machine may pause for that long.
     */
    @Test
    void aSteadySlowReaderGetsTheWholeAnswer() throws IOException {
        try (RunningFunction hurried = start("server.idle-timeout=1s")) {
            boolean whole = false;
            for (int attempt = 0; attempt < 5 && !whole; attempt++) {
                whole = readsSlowlyToTheEnd(hurried);
            }
            assertThat(whole).isTrue();
        }
    }

    private static boolean readsSlowlyToTheEnd(RunningFunction hurried) throws IOException {
        try (Connection connection = new Connection(hurried.connect(SMALL_BUFFER))) {
            connection.send(post(MANY));
            int length = Connection.length(connection.head());
            long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            int read = 0;
            while (System.nanoTime() < end && read < length / 2) {
                read += connection.read(10_000).length;
                LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
            }
            return connection.read(length - read).length == length - read;
        } catch (SocketException e) {
            return false; // The connection was reset.
        }
    }

    @Test
    @Timeout(300)
    void aReaderThatStopsIsClosedAfterTheIdleTimeout() throws IOException {
        try (RunningFunction hurried = start("server.idle-timeout=1s", "limits.max-connections=1");
                Connection connection = new Connection(hurried.connect(SMALL_BUFFER))) {
            connection.send(post(MANY));
            int length = Connection.length(connection.head());
            awaitRoomForAConnection(hurried);

            assertThat(connection.readAll()).isLessThan(length);
        }
    }

    private static void awaitRoomForAConnection(RunningFunction function) throws IOException {
        while (true) {
            try (Connection other = new Connection(function.connect())) {
                other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                if (other.head().startsWith("HTTP/1.1 200")) {
                    return;
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** 12 unread responses would take twice the allowed memory. */
    @Test
    void whoReadsGetsTheWholeAnswerThoughOthersDoNotReadTheirs() throws IOException {
        List<Connection> unread = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                Connection connection = new Connection(function.connect(SMALL_BUFFER));
                unread.add(connection);
                connection.send(post(MANY));
            }
            HttpResponse<String> response = function.predict(MANY);
            for (int attempt = 0; response.statusCode() == 503 && attempt < 1000; attempt++) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                response = function.predict(MANY);
            }
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).endsWith("}]").hasSizeGreaterThan(5_000_000);
        } finally {
            for (Connection connection : unread) {
                connection.reset(); // The connection ends in the middle of a response.
            }
        }
        assertThat(function.predict(MANY).statusCode()).isEqualTo(200);
    }

    private static void assertWhole(Connection connection) throws IOException {
        String response = connection.response();
        assertThat(response).startsWith("HTTP/1.1 200").endsWith("}]");
        assertThat(response.split("\"predict\"", -1)).hasSize(ROWS + 1);
    }

    private static String post(String body) {
        return "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: "
                + (body.length() + "\r\n\r\n" + body);
    }
}
