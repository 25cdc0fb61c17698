package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Responses of 5 MB, more than a socket's buffers hold, and clients that read them slowly. */
@Tag("slow")
class HttpLargeAnswersTest {

    private static final String ROW = Boston.example().toString();
    private static final int ROWS = 40_000;
    private static final String MANY = "[" + (ROW + ",").repeat(ROWS - 1) + ROW + "]";
    private static final int SMALL_BUFFER = 8 * 1024;

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function =
                RunningFunction.start(
                        "server.idle-timeout=1s",
                        "limits.max-body=8MB",
                        "limits.max-rows=40000",
                        "limits.body-memory=32MB");
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

    /** The client reads nothing for more than twice the idle timeout. */
    @Test
    void aSteadySlowReaderGetsTheWholeAnswer() throws IOException {
        try (Connection connection = new Connection(function.connect(SMALL_BUFFER))) {
            connection.send(post(MANY));
            int length = Connection.length(connection.head());
            long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            int read = 0;
            while (System.nanoTime() < end && read < length / 2) {
                read += connection.read(10_000).length;
                LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
            }

            assertThat(connection.read(length - read)).hasSize(length - read);
        }
    }

    @Test
    void aReaderThatStopsIsClosedAfterTheIdleTimeout() throws IOException {
        try (Connection connection = new Connection(function.connect(SMALL_BUFFER))) {
            connection.send(post(MANY));
            int length = Connection.length(connection.head());
            LockSupport.parkNanos(Duration.ofSeconds(4).toNanos());

            assertThat(connection.readAll()).isLessThan(length);
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
            for (int attempt = 0; response.statusCode() == 503 && attempt < 100; attempt++) {
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
