package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.testing.Connection;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The array of a large body is used for a later one, but not before it is answered. */
@Tag("slow")
class BodyReuseTest {

    private static final int LENGTH = 100_000;

    /** Of a response whose memory is not that for bodies. */
    private static final int SHORT = 60_000;

    private final AtomicInteger unreadBodies = new AtomicInteger();

    private final List<byte[]> bodies = new CopyOnWriteArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);

    /** Answers with the body, a body of {@code w} only when the latch is released. */
    private Response echo(Request request) {
        bodies.add(request.body());
        if (request.body()[0] == 'w') {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        String body = new String(request.body(), 0, request.length(), StandardCharsets.US_ASCII);
        return Response.ok("text/plain", body);
    }

    private static TestServer start(Lane lane, Function<Request, Response> answer) {
        return TestServer.start(
                Endpoint.post("/test", "text/plain", answer, _ -> lane, Duration.ofMinutes(5)));
    }

    @ParameterizedTest
    @EnumSource(names = {"BATCHES", "PREDICTIONS"})
    void theNextBodyOfAboutThisLengthGetsTheArray(Lane lane) throws IOException {
        try (TestServer server = start(lane, this::echo);
                Connection connection = server.connect()) {
            assertEcho(connection, "a".repeat(LENGTH));
            assertEcho(connection, "b".repeat(LENGTH - 1));
            assertEcho(connection, "c".repeat(LENGTH));
        }
        assertThat(bodies)
                .hasSize(3)
                .allSatisfy(body -> assertThat(body).isSameAs(bodies.getFirst()));
    }

    @Test
    void aBodyThatIsBeingAnsweredKeepsItsArray() throws IOException {
        try (TestServer server = start(Lane.PREDICTIONS, this::echo);
                Connection waiting = server.connect();
                Connection other = server.connect()) {
            assertEcho(other, "a".repeat(LENGTH));
            waiting.send(post("w".repeat(LENGTH)));
            // A second worker starts on demand, if the machine has two processors.
            released(Runtime.getRuntime().availableProcessors() == 1);
            assertEcho(other, "b".repeat(LENGTH));
            assertEcho(other, "c".repeat(LENGTH));
            released(true);
            assertThat(waiting.response()).endsWith("\r\n\r\n" + "w".repeat(LENGTH));
        }
    }

    /** Responses that the client does not read yet, in the arrays of their bodies. */
    @ParameterizedTest
    @EnumSource(names = {"BATCHES", "PREDICTIONS"})
    void aResponseOverItsBodyIsSentBeforeTheArrayIsUsedAgain(Lane lane) throws Exception {
        int unread = 300;
        try (TestServer server = start(lane, this::overwrite);
                Connection slow = server.connect();
                Connection other = server.connect()) {
            Thread sender = Thread.ofVirtual().start(() -> sendAll(slow, unread));
            for (int idle = 0, before = 0; idle < 50; ) {
                assertEcho(other, "b".repeat(SHORT));
                int now = unreadBodies.get();
                idle = now > 1 && now == before ? idle + 1 : 0;
                before = now;
            }
            assertThat(unreadBodies.get()).as("bodies before the client reads").isLessThan(unread);
            for (int i = 0; i < unread; i++) {
                assertThat(slow.response()).endsWith("\r\n\r\n" + unread(i));
            }
            sender.join();
        }
    }

    private static void sendAll(Connection slow, int count) {
        try {
            for (int i = 0; i < count; i++) {
                slow.send(post(unread(i)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unread(int index) {
        return String.valueOf((char) ('c' + index % 20)).repeat(SHORT);
    }

    private Response overwrite(Request request) {
        if (request.body()[0] != 'b') {
            unreadBodies.incrementAndGet();
        }
        return Response.ok("text/plain", request.body(), request.length());
    }

    private void released(boolean now) {
        if (now) {
            released.countDown();
        }
    }

    private static void assertEcho(Connection connection, String body) throws IOException {
        connection.send(post(body));
        assertThat(connection.response()).endsWith("\r\n\r\n" + body);
    }

    private static String post(String body) {
        return "POST /test HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + ("Content-Length: " + body.length() + "\r\n\r\n" + body);
    }
}
