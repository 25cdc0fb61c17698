package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.Gzip;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rows that are answered while more arrive, over connections that no well-behaved client would
 * open.
 */
class HttpStreamTest {

    private static final String ROW = Boston.example().toString();
    private static final String PREDICTION = "\"predict\":29.8067328503";

    private static RunningFunction function;

    /** A function with memory for two streams. */
    private static RunningFunction small;

    @BeforeAll
    static void start() {
        function = RunningFunction.start("limits.max-body=100KB");
        small = RunningFunction.start("limits.max-body=100KB", "limits.body-memory=640KB");
    }

    @AfterAll
    static void stop() {
        function.close();
        small.close();
    }

    @Test
    void aRowIsAnsweredBeforeTheNextOneIsSent() throws IOException {
        try (Connection connection = open()) {
            connection.send(chunk(ROW + "\n"));
            assertThat(connection.head())
                    .startsWith("HTTP/1.1 200")
                    .contains("content-type: application/x-ndjson", "transfer-encoding: chunked")
                    .doesNotContain("content-length", "connection");
            for (int i = 0; i < 3; i++) {
                assertThat(connection.line()).contains(PREDICTION);
                connection.send(chunk(ROW + "\n"));
            }
            assertThat(connection.line()).contains(PREDICTION);
            connection.send("0\r\n\r\n");
            assertEnd(connection, "end", 4, 0);
        }
    }

    @Test
    void aLineMayComeByteByByte() throws IOException {
        try (Connection connection = open()) {
            for (char next : (ROW + "\r\n{\"é\":1}\n" + ROW).toCharArray()) {
                connection.send(chunk(String.valueOf(next)));
            }
            connection.send("0\r\n\r\n");

            connection.head();
            assertThat(connection.line()).contains(PREDICTION);
            assertThat(connection.line()).contains("\"row\":1,", "is not UTF-8");
            assertThat(connection.line()).contains(PREDICTION);
            assertEnd(connection, "end", 2, 1);
        }
    }

    /**
     * Sends more than all buffers on the way can hold. The pause may take long on a busy machine.
     */
    @Test
    void aClientThatDoesNotReadIsNotReadFromAndThenGetsAll() throws Exception {
        int rows = 60_000;
        String all = (ROW + "\n").repeat(1000);
        AtomicInteger sent = new AtomicInteger();
        try (Connection connection = new Connection(RunningFunction.shared().connect())) {
            connection.send(head("Content-Length: " + rows / 1000 * all.length()));
            CompletableFuture<Void> sending =
                    CompletableFuture.runAsync(
                            () -> send(connection, all, sent, rows / 1000),
                            Thread::startVirtualThread);
            awaitStandstill(sent);
            assertThat(sending).isNotDone();

            connection.head();
            for (int i = 0; i < rows; i++) {
                assertThat(connection.line()).contains(PREDICTION);
            }
            assertEnd(connection, "end", rows, 0);
        }
    }

    private static void send(Connection connection, String text, AtomicInteger sent, int times) {
        try {
            while (sent.get() < times) {
                connection.send(text);
                sent.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until sending has begun and has then paused for as long as a hundred other requests
     * take.
     */
    private static void awaitStandstill(AtomicInteger sent) {
        for (int before = 0; before == 0 || before != sent.get(); ) {
            before = sent.get();
            for (int i = 0; i < 100; i++) {
                assertThat(function.predict(ROW).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void theNextRequestOfTheConnectionIsAnsweredAfterwards() throws IOException {
        String two = ROW + "\n" + ROW + "\n";
        try (Connection connection = new Connection(function.connect())) {
            connection.send(
                    head("Content-Length: " + two.length())
                            + two
                            + "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
                            + head("Content-Length: 0")
                            + "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

            connection.head();
            assertThat(connection.line()).contains(PREDICTION);
            assertThat(connection.line()).contains(PREDICTION);
            assertEnd(connection, "end", 2, 0);
            assertThat(connection.response()).endsWith("I'M ALIVE!");
            connection.head();
            assertEnd(connection, "end", 0, 0);
            assertThat(connection.response()).endsWith("I'M ALIVE!");
        }
    }

    @Test
    void aClientThatExpects100ContinueGetsIt() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(head("Expect: 100-continue", "Content-Length: " + ROW.length()));
            assertThat(connection.head()).startsWith("HTTP/1.1 100");
            connection.send(ROW);

            assertThat(connection.head()).startsWith("HTTP/1.1 200");
            assertThat(connection.line()).contains(PREDICTION);
            assertEnd(connection, "end", 1, 0);
        }
    }

    @Test
    void anAnswerToHttp10EndsWithItsConnection() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(
                    head("Connection: keep-alive", "Content-Length: " + ROW.length())
                                    .replace("HTTP/1.1", "HTTP/1.0")
                            + ROW);

            assertThat(connection.head())
                    .contains("connection: close")
                    .doesNotContain("transfer-encoding");
            assertThat(new String(connection.read(10_000), ISO_8859_1))
                    .contains(PREDICTION)
                    .endsWith("}\n{\"status\":\"end\",\"predicted\":1,\"refused\":0}\n");
        }
    }

    @Test
    void onlyPostHasRows() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(head("Content-Length: 0").replace("POST", "HEAD"));

            assertThat(connection.head()).startsWith("HTTP/1.1 405");
        }
    }

    @Test
    void aClientThatStopsSendingInBetweenGetsItsAnswersAndTheReason() throws IOException {
        try (Connection connection = open()) {
            connection.send(chunk(ROW + "\n" + ROW));
            connection.finishSending();

            connection.head();
            assertThat(connection.line()).contains(PREDICTION);
            assertThat(connection.line())
                    .startsWith("{\"status\":\"cut\",\"predicted\":1,\"refused\":0,")
                    .contains("\"problem\":\"Bad request\"", "ended early");
        }
    }

    @Test
    void aBrokenChunkCutsTheStream() throws IOException {
        try (Connection connection = open()) {
            connection.send(chunk(ROW + "\n") + "nonsense\r\n");

            connection.head();
            assertThat(connection.line()).contains(PREDICTION);
            assertThat(connection.line()).contains("\"cut\"", "is not HTTP/1.1 as RFC 9112");
            assertThat(connection.line()).isNull();
            assertThat(connection.isClosed()).isTrue();
        }
    }

    /** The timeout limits the time without a byte, not the duration of the stream. */
    @Test
    void aClientThatFallsSilentIsCut() throws IOException {
        try (RunningFunction hurried =
                        RunningFunction.start(
                                "server.request-timeout=1s", "server.idle-timeout=2s");
                Connection slow = new Connection(hurried.connect());
                Connection silent = open(hurried)) {
            slow.send(head("Transfer-Encoding: chunked") + chunk(ROW + "\n"));
            slow.head();
            assertThat(slow.line()).contains(PREDICTION);
            assertThat(silent.response())
                    .startsWith("HTTP/1.1 408")
                    .contains("connection: close", "Nothing arrived for 2 s.");
            assertThat(slow.line())
                    .contains("\"cut\",\"predicted\":1,", "Nothing arrived for 2 s. Send the");
            assertThat(slow.line()).isNull();
            assertThat(slow.isClosed()).isTrue();
        }
    }

    @Test
    void moreStreamsThanThereIsMemoryForAreBusy() throws IOException {
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                Connection connection = open(small);
                all.add(connection);
                connection.send(chunk(ROW + "\n"));
                connection.head();
            }
            Connection third = open(small);
            all.add(third);
            assertThat(third.response()).startsWith("HTTP/1.1 503").contains("connection: close");
            all.getFirst().send("0\r\n\r\n");
            assertThat(all.getFirst().line()).contains(PREDICTION);
            assertEnd(all.getFirst(), "end", 1, 0);
        } finally {
            for (Connection connection : all) {
                connection.reset();
            }
        }
        awaitMemory();
    }

    @Test
    void aStreamThatIsResetIsForgotten() throws IOException {
        for (int i = 0; i < 20; i++) {
            Connection connection = new Connection(small.connect());
            connection.send(head("Content-Length: 1000000") + (ROW + "\n").repeat(i * 40));
            connection.reset();
        }
        awaitMemory();
        awaitMemory();
    }

    /** Streams on the same event loop take turns with other requests and with each other. */
    @Test
    void manyStreamsAtATimeAreAnsweredInFull() throws Exception {
        byte[] all = (ROW + "\n").repeat(300).getBytes(ISO_8859_1);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(
                    function.sendAsync(
                            function.request("/predict")
                                    .header("Content-Type", "application/x-ndjson")
                                    .POST(BodyPublishers.ofByteArray(all))));
        }
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get().body())
                    .endsWith("{\"status\":\"end\",\"predicted\":300,\"refused\":0}\n");
        }
    }

    @Test
    void rowsMayBeCompressed() throws IOException {
        String zipped =
                new String(Gzip.of((ROW + "\n").repeat(1000)), ISO_8859_1)
                        + new String(Gzip.of(ROW), ISO_8859_1);
        try (Connection connection = new Connection(function.connect())) {
            connection.send(head("Content-Encoding: gzip", "Transfer-Encoding: chunked"));
            for (int at = 0; at < zipped.length(); at += 100) {
                connection.send(chunk(zipped.substring(at, Math.min(at + 100, zipped.length()))));
            }
            connection.send("0\r\n\r\n");

            connection.head();
            for (int i = 0; i < 1001; i++) {
                assertThat(connection.line()).contains(PREDICTION);
            }
            assertEnd(connection, "end", 1001, 0);
        }
    }

    @Test
    void damagedGzipCutsTheStream() throws IOException {
        byte[] whole = Gzip.of(ROW + "\n");
        String[] damaged = {
            new String(Arrays.copyOf(whole, whole.length - 3), ISO_8859_1),
            new String(whole, ISO_8859_1) + "x"
        };
        for (String body : damaged) {
            try (Connection connection = new Connection(function.connect())) {
                connection.send(
                        head("Content-Encoding: gzip", "Content-Length: " + body.length()) + body);

                connection.head();
                assertThat(connection.line()).contains(PREDICTION);
                assertThat(connection.line())
                        .startsWith("{\"status\":\"cut\",\"predicted\":1,\"refused\":0,")
                        .contains("\"problem\":\"Malformed gzip\"");
            }
        }
        try (Connection connection = new Connection(function.connect())) {
            connection.send(head("Content-Encoding: gzip", "Content-Length: 2") + "{}");

            assertThat(connection.response()).startsWith("HTTP/1.1 400").contains("1f 8b");
        }
    }

    /** Such as a body that is not gzip: the reason comes instead of an answer. */
    @Test
    void theNextRequestIsAnsweredAfterAStreamThatIsRefusedWhole() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            for (int i = 0; i < 2; i++) {
                connection.send(head("Content-Encoding: gzip", "Content-Length: 2") + "{}");
                assertThat(connection.response())
                        .startsWith("HTTP/1.1 400")
                        .doesNotContain("connection: close");
            }
        }
    }

    /** The inflated body is a thousand times larger than the sent one. */
    @Test
    void whatGzipBlowsUpToNothingEndsTheStream() throws IOException {
        for (String nothing : List.of("\n", " ")) {
            String bomb = new String(Gzip.of(nothing.repeat(20_000_000)), ISO_8859_1);
            try (Connection connection = new Connection(function.connect())) {
                connection.send(
                        head("Content-Encoding: gzip", "Content-Length: " + bomb.length()) + bomb);

                assertThat(connection.response())
                        .startsWith("HTTP/1.1 413")
                        .contains("The gzip inflates to more than 204800 bytes without a row");
            }
        }
    }

    @Test
    void aStreamIsCutWhenTheProcessStops() throws Exception {
        RunningFunction stopping = RunningFunction.start("server.shutdown-timeout=2s");
        try (Connection connection = new Connection(stopping.connect())) {
            connection.send(head("Transfer-Encoding: chunked") + chunk(ROW + "\n"));
            connection.head();
            assertThat(connection.line()).contains(PREDICTION);
            CompletableFuture<Void> end =
                    CompletableFuture.runAsync(stopping::close, Thread::startVirtualThread);
            connection.send(chunk(ROW + "\n" + ROW));

            assertThat(connection.line()).contains(PREDICTION);
            assertThat(connection.line())
                    .startsWith("{\"status\":\"cut\",\"predicted\":2,\"refused\":0,")
                    .contains("\"problem\":\"Stopping\"")
                    .contains("Send the remaining rows")
                    .doesNotContain("the model");
            assertThat(connection.line()).isNull();
            assertThat(connection.isClosed()).isTrue();
            end.get();
        }
    }

    private static Connection open() throws IOException {
        return open(function);
    }

    private static Connection open(RunningFunction server) throws IOException {
        Connection connection = new Connection(server.connect());
        connection.send(head("Transfer-Encoding: chunked"));
        return connection;
    }

    private static String head(String... fields) {
        return "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\n"
                + String.join("\r\n", fields)
                + "\r\n\r\n";
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static void assertEnd(Connection connection, String status, int predicted, int refused)
            throws IOException {
        assertThat(connection.line())
                .isEqualTo(
                        "{\"status\":\"%s\",\"predicted\":%d,\"refused\":%d}"
                                .formatted(status, predicted, refused));
        assertThat(connection.line()).isNull();
    }

    /** Waits until there is memory for two streams again. */
    private static void awaitMemory() throws IOException {
        for (int attempt = 0; attempt < 1000; attempt++) {
            try (Connection first = open(small);
                    Connection second = open(small)) {
                first.send(chunk(ROW + "\n"));
                second.send(chunk(ROW + "\n"));
                boolean free =
                        first.head().startsWith("HTTP/1.1 200")
                                && second.head().startsWith("HTTP/1.1 200");
                first.send("0\r\n\r\n");
                second.send("0\r\n\r\n");
                if (free) {
                    return;
                }
            }
        }
        throw new AssertionError("The memory is not given back.");
    }
}
