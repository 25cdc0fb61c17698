package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Pipelining: requests are sent before earlier responses are read. */
@Tag("slow")
class HttpPipeliningTest {

    private static final String ROW = Boston.example().toString();
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String GET_MODEL = "GET /model HTTP/1.1\r\nHost: a\r\n\r\n";

    private final RunningFunction function = RunningFunction.shared();

    @Test
    void aClientGets100ContinueOnlyAfterEarlierAnswers() throws IOException {
        String many = "[" + (ROW + ",").repeat(2000) + ROW + "]";
        try (Connection connection = new Connection(function.connect())) {
            connection.send(
                    post(many.length(), "")
                            + many
                            + post(ROW.length(), "Expect: 100-continue\r\n"));

            assertThat(connection.response()).startsWith("HTTP/1.1 200");
            assertThat(connection.response()).startsWith("HTTP/1.1 100");
            connection.send(ROW);
            assertThat(connection.response()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void tenThousandRequestsAtOnceAreAllAnswered() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            CompletableFuture<Void> sent =
                    CompletableFuture.runAsync(
                            () -> send(connection, GET.repeat(10_000)), Thread::startVirtualThread);

            for (int i = 0; i < 10_000; i++) {
                assertThat(connection.response()).endsWith("I'M ALIVE!");
            }
            sent.join();
        }
    }

    /** The socket buffers at both ends hold a few hundred KB to a few MB. */
    @Test
    void aClientThatDoesNotReadIsNotReadFromEither() throws Exception {
        AtomicLong sent = new AtomicLong();
        CompletableFuture<Void> sender;
        try (Connection connection = new Connection(function.connect(8 * 1024))) {
            sender =
                    CompletableFuture.runAsync(
                            () -> sendWithoutReading(connection, sent), Thread::startVirtualThread);
            for (int i = 0; i < 100 || sent.get() == 0; i++) {
                assertThat(function.predict(ROW).statusCode()).isEqualTo(200);
            }
        }
        sender.join();
        assertThat(sent).hasValueBetween(1L, 20_000_000L);
    }

    /** Sends requests without reading until the connection is closed. */
    private static void sendWithoutReading(Connection connection, AtomicLong sent) {
        String requests = GET_MODEL.repeat(1000);
        try {
            while (sent.get() < 100_000_000) {
                connection.send(requests);
                sent.addAndGet(requests.length());
            }
        } catch (IOException e) {
            return;
        }
    }

    @Test
    void aHalfClosedClientGetsAllAnswersToWhatItHasSent() throws IOException {
        String many = "[" + (ROW + ",").repeat(2000) + ROW + "]";
        try (Connection connection = new Connection(function.connect())) {
            connection.send(post(many.length(), "") + many + GET + "GET /half");
            connection.finishSending();

            assertThat(connection.response()).startsWith("HTTP/1.1 200");
            assertThat(connection.response()).endsWith("I'M ALIVE!");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    private static void send(Connection connection, String text) {
        try {
            connection.send(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String post(int length, String headers) {
        return "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: "
                + (length + "\r\n" + headers + "\r\n");
    }
}
