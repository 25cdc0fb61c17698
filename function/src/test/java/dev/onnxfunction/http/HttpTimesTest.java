package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Clients that send slowly, or nothing, and how long they are waited for. A busy machine makes each
 * of these times longer, so a test that limits one is far from it, and would pass the limit only if
 * another timeout applied.
 */
@Tag("slow")
class HttpTimesTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST /predict HTTP/1.1\r\nHost: a\r\n";

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.start("server.request-timeout=1s", "server.idle-timeout=40s");
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", POST, POST + "Content-Length: 100\r\n\r\n{"})
    void aRequestThatDoesNotArriveInTimeIsGivenUp(String beginning) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(beginning);

            assertThat(connection.response())
                    .startsWith("HTTP/1.1 408")
                    .contains("The request did not arrive within 1 s. Send it faster.");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void halfARequestBehindAWholeOneIsGivenUpInTime() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(GET + POST);

            assertThat(connection.response()).startsWith("HTTP/1.1 200");
            assertThat(connection.response()).startsWith("HTTP/1.1 408");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    /** Neither the time that the connection was idle nor the idle timeout counts. */
    @Test
    void itsTimeBeginsWithItsFirstByteHoweverOldTheConnectionIs() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            assertThat(connection.isReadable(300)).isFalse();
            long begun = System.nanoTime();
            connection.send("G");

            assertThat(connection.response()).startsWith("HTTP/1.1 408");
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
        }
    }

    @Test
    void aDrippingRequestIsGivenUpHoweverOftenItDrips() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            int drops = 0;
            connection.send(POST + "Content-Length: 9000\r\n\r\n");
            while (!connection.isReadable(100) && drops < 200) {
                connection.send(" ");
                drops++;
            }

            assertThat(drops).as("each would extend the wait").isLessThan(200);
            assertThat(connection.response()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void aConnectionWithoutRequestsIsClosed() throws IOException {
        try (RunningFunction hurried = RunningFunction.start("server.idle-timeout=1s");
                Connection connection = new Connection(hurried.connect())) {
            connection.send(GET);
            assertThat(connection.response()).startsWith("HTTP/1.1 200");

            assertThat(connection.isClosed()).isTrue();
        }
    }

    /** Each byte would extend the wait for the end of the client, up to the shutdown timeout. */
    @Test
    void aClientThatNeverStopsSendingDoesNotDelayTheStop() throws IOException {
        RunningFunction stopping = RunningFunction.start("server.shutdown-timeout=20s");
        try (Connection connection = new Connection(stopping.connect())) {
            connection.send(GET);
            assertThat(connection.response()).startsWith("HTTP/1.1 200");

            long begun = System.nanoTime();
            CompletableFuture<Void> end =
                    CompletableFuture.runAsync(stopping::close, Thread::startVirtualThread);
            sendEmptyLines(connection, end);
            end.join();

            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(Duration.ofSeconds(19));
        }
    }

    private static void sendEmptyLines(Connection connection, CompletableFuture<Void> end) {
        try {
            while (!end.isDone()) {
                connection.send("\r\n");
                end.copy().completeOnTimeout(null, 50, TimeUnit.MILLISECONDS).join();
            }
        } catch (IOException e) {
            assertThat(e).isInstanceOf(SocketException.class); // The server has closed it.
        }
    }
}
