package dev.onnxfunction.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Lines of at most four bytes, whatever the pieces in which they arrive. */
class LineBufferTest {

    private static final int MAX_LINE = 4;

    /** A bar stands for the end of a line, a tilde for a carriage return. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "``; ``",
                "a; a",
                "a|; a",
                "a|b; a b",
                "|a|| ~|b~|; a b~",
                "1234|b; 1234 b",
                "12345|b; too-long b",
                "12345; too-long",
                "a|12345678|12345|b|; a too-long too-long b",
                "`      |b`; too-long b"
            })
    void eachLineIsTakenOrReportedAsTooLong(String text, String lines) throws IOException {
        byte[] bytes = bytes(text);
        byte[] gzip = gzip(bytes);
        for (int size = 1; size <= gzip.length; size++) {
            try (LineBuffer plain = new LineBuffer(false, MAX_LINE, _ -> true);
                    LineBuffer inflated = new LineBuffer(true, MAX_LINE, _ -> true)) {
                assertThat(lines(plain, bytes, size)).as("%d bytes", size).isEqualTo(lines);
                assertThat(lines(inflated, gzip, size)).as("gzip, %d", size).isEqualTo(lines);
            }
        }
    }

    /** Two longest lines without a row are the most that gzip may inflate to. */
    @ParameterizedTest
    @ValueSource(strings = {"|||||||||", "1234567890"})
    void gzipMayNotInflateToMuchWithoutARow(String text) throws IOException {
        byte[] gzip = gzip(bytes(text));

        try (LineBuffer plain = new LineBuffer(false, MAX_LINE, _ -> true);
                LineBuffer inflated = new LineBuffer(true, MAX_LINE, _ -> true)) {
            assertThat(lines(plain, bytes(text + "|a"), 1)).endsWith("a");
            assertThatThrownBy(() -> lines(inflated, gzip, gzip.length))
                    .isInstanceOf(RefusedException.class);
        }
    }

    /** Returns the lines, separated by blanks. */
    private static String lines(LineBuffer buffer, byte[] bytes, int size) {
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += size) {
            byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size));
            buffer.feed(piece, piece.length);
            takeAll(buffer, lines);
        }
        buffer.finish();
        takeAll(buffer, lines);
        return String.join(" ", lines);
    }

    private static void takeAll(LineBuffer buffer, List<String> lines) {
        do {
            while (buffer.next()) {
                lines.add(buffer.isTooLong() ? "too-long" : line(buffer));
            }
        } while (buffer.more());
    }

    private static String line(LineBuffer buffer) {
        byte[] line = Arrays.copyOfRange(buffer.text(), buffer.from(), buffer.to());
        return new String(line, StandardCharsets.UTF_8).replace('\r', '~');
    }

    private static byte[] bytes(String text) {
        return text.replace('|', '\n').replace('~', '\r').getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
