package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Connections move between the event loops of single rows and of batches. */
@Tag("slow")
class HttpBatchesTest {

    private static final int BATCH = 20_000;

    private final Semaphore waiting = new Semaphore(0);
    private final CountDownLatch released = new CountDownLatch(1);

    /** A body that begins with {@code b} or {@code w} is a batch. */
    private final Endpoint endpoint =
            Endpoint.post(
                    "/test",
                    "text/plain",
                    this::answer,
                    request -> request.body()[0] == '1' ? Lane.LOOP : Lane.BATCHES,
                    Duration.ofMinutes(5));

    @AfterEach
    void release() {
        released.countDown();
    }

    /** Answers with the thread and the length of the body; a body of {@code w} waits. */
    private Response answer(Request request) {
        if (request.body()[0] == 'w') {
            waiting.release();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return Response.ok("text/plain", Thread.currentThread().getName() + " " + request.length());
    }

    @Test
    void noRowWaitsForABatch() throws Exception {
        try (TestServer server = TestServer.start(endpoint);
                Connection batch = server.connect();
                Connection row = server.connect()) {
            batch.send(post("w".repeat(BATCH)));
            waiting.acquire();

            assertThat(answer(row, "1")).isEqualTo("http-0 1");

            released.countDown();
            assertThat(body(batch)).endsWith(" " + BATCH);
        }
    }

    @Test
    void aConnectionMovesToWhereItsRequestsBelong() throws IOException {
        try (TestServer server = TestServer.start(endpoint);
                Connection connection = server.connect()) {
            for (int i = 0; i < 50; i++) {
                assertThat(answer(connection, "1")).isEqualTo("http-0 1");
                assertThat(answer(connection, "b".repeat(BATCH + i)))
                        .startsWith("batch-")
                        .endsWith(" " + (BATCH + i));
            }
        }
    }

    @Test
    void responsesKeepTheOrderOfRequestsThatCameTogether() throws Exception {
        try (TestServer server = TestServer.start(endpoint);
                Connection connection = server.connect()) {
            int rounds = 20;
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < rounds; i++) {
                requests.append(post("1".repeat(i + 1))).append(post("b".repeat(BATCH + i)));
                requests.append(post("b".repeat(i + 1))).append(post("b".repeat(BATCH + i)));
            }
            Thread sender = sending(connection, requests.toString());
            for (int i = 0; i < rounds; i++) {
                assertThat(body(connection)).isEqualTo("http-0 " + (i + 1));
                assertThat(body(connection)).startsWith("batch-").endsWith(" " + (BATCH + i));
                assertThat(body(connection)).startsWith("batch-").endsWith(" " + (i + 1));
                assertThat(body(connection)).startsWith("batch-").endsWith(" " + (BATCH + i));
            }
            sender.join();
        }
    }

    /** There is memory for two bodies only, so one that was not released would be missed. */
    @Test
    void aConnectionThatIsClosedWhileItMovesHoldsNoMemory() throws IOException {
        try (TestServer server =
                TestServer.start(endpoint, "limits.max-body=30000", "limits.body-memory=60000")) {
            for (int i = 0; i < 300; i++) {
                Connection gone = server.connect();
                gone.send(post("1") + post("b".repeat(BATCH)) + post("1"));
                if (ThreadLocalRandom.current().nextBoolean()) {
                    gone.reset();
                } else {
                    gone.close();
                }
            }
            try (Connection connection = server.connect()) {
                long end =
                        System.nanoTime()
                                + TimeUnit.MILLISECONDS.toNanos(FunctionProcess.PATIENCE_MILLIS);
                String answer;
                do { // The server may not have seen all ends yet.
                    answer = answer(connection, "b".repeat(BATCH));
                } while (answer.contains("Busy") && System.nanoTime() - end < 0);
                assertThat(answer).startsWith("batch-");
            }
            server.stop(() -> {});
        }
    }

    @Test
    void aBatchThatHasBegunIsAnsweredBeforeTheEnd() throws Exception {
        try (TestServer server = TestServer.start(endpoint);
                Connection connection = server.connect()) {
            connection.send(post("w".repeat(BATCH)));
            waiting.acquire();
            Thread stop = Thread.ofVirtual().start(() -> server.stop(() -> {}));
            while (server.server().isReady()) {
                Thread.onSpinWait();
            }
            released.countDown();

            assertThat(connection.response()).startsWith("HTTP/1.1 200").endsWith(" " + BATCH);
            assertThat(connection.isClosed()).isTrue();
            stop.join();
        }
    }

    private static Thread sending(Connection connection, String requests) {
        return Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                connection.send(requests);
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
    }

    private static String answer(Connection connection, String body) throws IOException {
        connection.send(post(body));
        return body(connection);
    }

    private static String body(Connection connection) throws IOException {
        String response = connection.response();
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    private static String post(String body) {
        return "POST /test HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + ("Content-Length: " + body.length() + "\r\n\r\n" + body);
    }
}
