package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.testing.Connection;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.logging.Filter;
import java.util.logging.Logger;

/** The end of a server whose clients, or whose endpoints, take no part in it. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class HttpStopTest {

    private static final String POST =
            "POST /test HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n";

    /** The server waits for a moment for a client to close, too. */
    @Test
    void aClientWithItsAnswerCountsAsAnsweredEvenIfItDoesNotClose() throws IOException {
        Semaphore ended = new Semaphore(0);
        try (TestServer server = server(1, _ -> Response.busy());
                Connection connection = server.connect()) {
            connection.send(POST + "1");
            assertThat(connection.response()).startsWith("HTTP/1.1 503");

            server.stop(ended::release);

            assertThat(ended.availablePermits()).isZero();
        }
    }

    @Test
    void aRequestThatDoesNotArriveBeforeTheEndGetsTheReason() throws IOException {
        Semaphore ended = new Semaphore(0);
        try (TestServer server = server(1, _ -> Response.busy());
                Connection head = server.connect();
                Connection body = server.connect()) {
            String answered = POST + "1"; // What comes with it is received, too.
            head.send(answered + "POST /te");
            body.send(answered + POST.replace("h: 1", "h: 100") + "1");
            assertThat(head.response()).contains("\"Busy\"");
            assertThat(body.response()).contains("\"Busy\"");
            CompletableFuture<Void> stop =
                    CompletableFuture.runAsync(
                            () -> server.stop(ended::release), Thread::startVirtualThread);

            for (Connection incomplete : List.of(head, body)) {
                assertThat(incomplete.response())
                        .startsWith("HTTP/1.1 503")
                        .contains("connection: close", "\"Stopping\"", "did not arrive in time");
                incomplete.close();
            }
            stop.join();
            assertThat(ended.availablePermits()).isEqualTo(1);
        }
    }

    /** On a busy machine, the first warning of a process may take seconds. */
    @Test
    void callsAreEndedBeforeTheWarning() throws IOException {
        Semaphore ended = new Semaphore(0);
        List<Integer> endedBefore = new ArrayList<>();
        Thread stopping = Thread.currentThread(); // Other tests log at the same time.
        Logger log = Logger.getLogger(HttpServer.class.getName());
        Filter usual = log.getFilter();
        log.setFilter(
                _ -> {
                    if (Thread.currentThread() == stopping) {
                        endedBefore.add(ended.availablePermits());
                    }
                    return true;
                });
        try (TestServer server = server(1, _ -> Response.busy());
                Connection connection = server.connect()) {
            connection.send(POST + "1POST /te");
            assertThat(connection.response()).contains("\"Busy\"");

            server.stop(ended::release);

            assertThat(endedBefore).containsExactly(1);
        } finally {
            log.setFilter(usual);
        }
    }

    @Test
    void stuckEventLoopsTogetherDelayTheEndByTwoSeconds() throws Exception {
        int loops = 16;
        Semaphore entered = new Semaphore(0);
        CountDownLatch release = new CountDownLatch(1);
        List<Connection> connections = new ArrayList<>();
        try (TestServer server = server(loops, _ -> stuck(entered, release))) {
            for (int i = 0; i < loops; i++) {
                connections.add(server.connect());
            }
            for (Connection connection : connections.reversed()) { // The first loop accepts.
                connection.send(POST + "1");
                entered.acquire();
            }
            long begun = System.nanoTime();

            server.end();

            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(Duration.ofSeconds(20));
        } finally {
            release.countDown();
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    private static Response stuck(Semaphore entered, CountDownLatch release) {
        entered.release();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return Response.busy();
    }

    private static TestServer server(int loops, Function<Request, Response> answer) {
        Endpoint endpoint =
                Endpoint.post(
                        "/test",
                        "application/json",
                        answer,
                        _ -> Lane.LOOP,
                        Duration.ofSeconds(10));
        return TestServer.start(loops, endpoint, "server.shutdown-timeout=1s");
    }
}
