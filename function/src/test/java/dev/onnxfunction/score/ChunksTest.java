package dev.onnxfunction.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.onnxfunction.csv.CsvRows;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** However an input is cut into chunks, it has the same rows. */
class ChunksTest {

    private static final String[] PIECES = {
        "\"a\nb\"", "\"\"\"\n\"", ",", "\n", "\r\n", "c", "\"x\""
    };

    private final SplittableRandom random = new SplittableRandom(1951);

    @Test
    void chunksBeginAndEndWithRows() throws IOException {
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(40); j > 0; j--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            Format format = random.nextBoolean() ? Format.CSV : Format.NDJSON;
            Chunks chunks = new Chunks(slowly(bytes), format, random.nextInt(1, 20));

            int from = 0;
            for (Chunk chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                String part =
                        new String(
                                chunk.text(),
                                chunk.from(),
                                chunk.to() - chunk.from(),
                                StandardCharsets.UTF_8);
                assertThat(text.substring(from)).startsWith(part);
                long lines = text.substring(0, from).chars().filter(c -> c == '\n').count();
                assertThat(chunk.line()).isEqualTo(1 + lines);
                from += part.length();
                assertThat(isCut(bytes, from, format)).as("%s at %d", text, from).isTrue();
            }
            assertThat(from).isEqualTo(bytes.length);
        }
    }

    private static boolean isCut(byte[] text, int at, Format format) {
        return at == text.length
                || (format == Format.NDJSON && text[at - 1] == '\n')
                || (format == Format.CSV && CsvRows.lastEnd(text, 0, at) == at);
    }

    /** Returns an input that arrives in parts, like a pipe. */
    private InputStream slowly(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, random.nextInt(1, 10)));
            }
        };
    }

    @Test
    void aRowWithoutEndIsNotReadForever() {
        InputStream endless =
                new InputStream() {
                    @Override
                    public int read() {
                        return '"';
                    }

                    @Override
                    public int read(byte[] buffer, int offset, int length) {
                        Arrays.fill(buffer, offset, offset + length, (byte) 'a');
                        buffer[offset] = offset == 0 ? (byte) '"' : (byte) 'a';
                        return length;
                    }
                };
        assertThatExceptionOfType(ScoreException.class)
                .isThrownBy(() -> new Chunks(endless, Format.CSV).next())
                .withMessage(
                        "The row in line 1 has more than 16 MiB. Look for a quote that is not"
                                + " closed.");
    }
}
