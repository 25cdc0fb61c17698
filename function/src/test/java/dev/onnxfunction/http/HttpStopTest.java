package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Lanes;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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

    /** The port closes in the round of the event loop that accepts the connection. */
    @Test
    void aRequestThatHasArrivedIsAnsweredEvenIfItIsReadOnlyAtTheEnd() throws Exception {
        EventLoop loop = new EventLoop("test", _ -> {});
        loop.start();
        Settings settings = TestServer.settings();
        Router router = new Router(List.of(endpoint(_ -> Response.busy())), null, null);
        Shared shared =
                Shared.of(
                        settings,
                        router,
                        Observer.NONE,
                        new Defects(() -> {}),
                        new Lanes(settings),
                        new BatchLoops(1, _ -> loop));
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Socket socket = new Socket();
            socket.setSoTimeout(FunctionProcess.PATIENCE_MILLIS);
            socket.connect(server.getLocalAddress());
            try (Connection connection = new Connection(socket)) {
                SocketChannel channel = server.accept();
                connection.send(POST + "1");
                while (channel.socket().getInputStream().available() < POST.length() + 1) {
                    Thread.onSpinWait();
                }
                channel.configureBlocking(false);
                loop.execute(
                        () -> {
                            try {
                                new HttpConnection(shared, channel, loop, true, _ -> {})
                                        .closeIfIdle();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });

                assertThat(connection.response())
                        .startsWith("HTTP/1.1 503")
                        .contains("connection: close", "\"Busy\"");
            }
        } finally {
            loop.end();
            shared.lanes().shutdown();
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
        return TestServer.start(loops, endpoint(answer), "server.shutdown-timeout=1s");
    }

    private static Endpoint endpoint(Function<Request, Response> answer) {
        return Endpoint.post(
                "/test", "application/json", answer, _ -> Lane.LOOP, Duration.ofSeconds(10));
    }
}
