package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.Gzip;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** Gzip bodies, valid, damaged and hostile, and gzip responses. */
class HttpGzipTest {

    private static final String ROW = Boston.example().toString();
    private static final String MANY = "[" + (ROW + ",").repeat(199) + ROW + "]";
    private static final byte[] WHOLE = Gzip.of(ROW);

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.start("limits.max-body=100KB", "limits.body-memory=1MB");
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    static Stream<byte[]> whole() {
        byte[] half = Gzip.of(ROW.substring(0, 60));
        byte[] rest = Gzip.of(ROW.substring(60));
        byte[] deflated = Arrays.copyOfRange(WHOLE, 10, WHOLE.length);
        return Stream.of(
                WHOLE,
                join(half, rest),
                join(half, Gzip.of(""), rest, Gzip.of("")),
                join(header(8), ascii("rows.json\0"), deflated),
                join(header(16), ascii("a comment\0"), deflated),
                join(header(8 | 16), ascii("rows.json\0"), ascii("a comment\0"), deflated),
                join(header(2), ascii("??"), deflated),
                join(header(4), new byte[] {0, 0}, deflated),
                join(header(4), new byte[] {3, 0}, ascii("abc"), deflated),
                join(header(1 | 2 | 4 | 8 | 16), new byte[] {2, 0}, ascii("ab\0\0??"), deflated));
    }

    @ParameterizedTest
    @MethodSource
    void whole(byte[] body) throws IOException {
        assertThat(answer(body)).startsWith("HTTP/1.1 200").contains("29.8067328503");
    }

    static Stream<Arguments> damaged() {
        byte[] checksum = WHOLE.clone();
        checksum[WHOLE.length - 6]++;
        byte[] length = WHOLE.clone();
        length[WHOLE.length - 1]++;
        byte[] data = WHOLE.clone();
        data[10] = 6; // Block type 3 does not exist.
        byte[] method = WHOLE.clone();
        method[2] = 7;
        return Stream.of(
                arguments(ascii(ROW), "does not begin as gzip does, with the bytes 1f 8b."),
                arguments(new byte[] {0x1f, 0}, "does not begin as gzip does"),
                arguments(new byte[] {0x1f}, "ends too early for gzip."),
                arguments(Arrays.copyOf(WHOLE, 9), "ends too early for gzip."),
                arguments(Arrays.copyOf(WHOLE, 10), "ends too early for gzip."),
                arguments(Arrays.copyOf(WHOLE, 60), "ends too early for gzip."),
                arguments(Arrays.copyOf(WHOLE, WHOLE.length - 8), "ends too early for gzip."),
                arguments(Arrays.copyOf(WHOLE, WHOLE.length - 1), "ends too early for gzip."),
                arguments(join(WHOLE, ascii("x")), "goes on after the end of its gzip."),
                arguments(join(WHOLE, new byte[512]), "goes on after the end of its gzip."),
                arguments(join(WHOLE, Arrays.copyOf(WHOLE, 5)), "ends too early for gzip."),
                arguments(checksum, "is damaged gzip (its checksum or length differs)."),
                arguments(length, "is damaged gzip (its checksum or length differs)."),
                arguments(data, "is damaged gzip"),
                arguments(method, "is gzip with a method of compression other than deflate."),
                arguments(header(0x20), "has flags in its gzip header that do not exist."),
                arguments(join(header(8), new byte[] {1}), "ends too early for gzip."),
                arguments(join(header(8), ascii("n".repeat(70_000))), "has a gzip header of more"));
    }

    @ParameterizedTest
    @MethodSource
    void damaged(byte[] body, String problem) throws IOException {
        assertThat(answer(body))
                .startsWith("HTTP/1.1 400")
                .contains("\"title\":\"Malformed gzip\"", "The body " + problem)
                .contains("Compress it with gzip, or send it without Content-Encoding.");
    }

    static Stream<byte[]> bombs() {
        byte[] zeros = Gzip.of(new byte[50_000_000]);
        byte[] lying = zeros.clone();
        lying[zeros.length - 1] = 0;
        lying[zeros.length - 2] = 0;
        byte[] spaces = Gzip.of(" ".repeat(60_000));
        return Stream.of(
                zeros, lying, join(spaces, spaces), Gzip.of(" ".repeat(100 * 1024) + "{}"));
    }

    @ParameterizedTest
    @MethodSource
    void bombs(byte[] body) throws IOException {
        assertThat(answer(body))
                .startsWith("HTTP/1.1 413")
                .contains("The body has more than 102400 bytes.");
    }

    @Test
    void theLimitHoldsToTheByte() throws IOException {
        String blanks = " ".repeat(100 * 1024 - ROW.length());

        assertThat(answer(Gzip.of(blanks + ROW))).startsWith("HTTP/1.1 200");
        assertThat(answer(Gzip.of(blanks + " " + ROW))).startsWith("HTTP/1.1 413");
    }

    /** The memory that the body would need is in use by other bodies. */
    @Test
    void aBodyThatThereIsNoMemoryForIsRefused() throws IOException {
        try (RunningFunction small =
                        RunningFunction.start("limits.max-body=64KB", "limits.body-memory=64KB");
                Connection connection = new Connection(small.connect())) {
            byte[] body = Gzip.of(" ".repeat(60_000) + ROW);
            connection.send(post(body, "/predict"));

            assertThat(connection.response()).startsWith("HTTP/1.1 503");
        }
    }

    @Test
    void everyEndpointWithABodyTakesIt() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(post(WHOLE, "/explain"));

            assertThat(connection.response()).startsWith("HTTP/1.1 200").contains("contributions");
        }
    }

    /** The body is discarded, whatever it contains. */
    @Test
    void aRequestThatIsRefusedByItsHeadIsNotInflated() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(post(WHOLE, "/nowhere") + post(WHOLE, "/predict"));

            assertThat(connection.response()).startsWith("HTTP/1.1 404");
            assertThat(connection.response()).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gzip", "GZIP", "x-gzip", "deflate, gzip, br", "br;q=1.0, gzip;q=0.001"})
    void aLargeAnswerIsCompressedForWhoeverAsks(String accept) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(request(MANY, "Accept-Encoding: " + accept));
            String head = connection.head();
            byte[] body = connection.read(Connection.length(head));

            assertThat(head.toLowerCase(Locale.ROOT))
                    .contains("content-encoding: gzip\r\n", "vary: accept-encoding\r\n");
            assertThat(Gzip.text(body)).isEqualTo(function.predict(MANY).body());
            assertThat(body).hasSizeLessThan(function.predict(MANY).body().length() / 5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip;q=0", "identity", "*", "br", "", "gzip;q=0.000, *"})
    void othersGetItAsItIs(String accept) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(request(MANY, "Accept-Encoding: " + accept));

            assertThat(connection.response())
                    .contains("vary: Accept-Encoding\r\n")
                    .doesNotContain("content-encoding")
                    .endsWith(function.predict(MANY).body());
        }
    }

    @Test
    void aSmallAnswerIsNeverCompressed() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(request(ROW, "Accept-Encoding: gzip"));

            assertThat(connection.response())
                    .doesNotContain("content-encoding", "vary")
                    .endsWith(function.predict(ROW).body());
        }
    }

    private static String answer(byte[] body) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(post(body, "/predict") + request(ROW));
            String answer = connection.response();
            assertThat(connection.response()).as("the next").startsWith("HTTP/1.1 200");
            return answer;
        }
    }

    private static String request(String body, String... fields) {
        return "POST /predict HTTP/1.1\r\nHost: a\r\n"
                + String.join("", Stream.of(fields).map(field -> field + "\r\n").toList())
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private static String post(byte[] body, String path) {
        return "POST "
                + path
                + " HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: "
                + body.length
                + "\r\n\r\n"
                + new String(body, ISO_8859_1);
    }

    private static byte[] header(int flags) {
        return new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 0, 0, 0, 0, 0, 3};
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
