package dev.onnxfunction.score;

import dev.onnxfunction.csv.CsvRows;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Splits an input into parts that can be read in parallel. Not thread-safe. */
final class Chunks {

    /** Bytes of a part: some thousand rows, so that the cost of handing it over is negligible. */
    private static final int SIZE = 256 * 1024;

    /** Maximum bytes of a row; a longer one most likely has wrong quotes. */
    private static final int MAX_ROW = 16 << 20;

    private final InputStream in;
    private final Format format;
    private final int size;
    private byte[] buffer;

    /** Bytes in the buffer, which begins with a row. */
    private int length;

    private long line = 1;
    private boolean ended;

    Chunks(InputStream in, Format format) {
        this(in, format, SIZE);
    }

    /**
     * @param size bytes of a part; more if one row is longer
     */
    Chunks(InputStream in, Format format, int size) {
        this.in = in;
        this.format = format;
        this.size = size;
        this.buffer = new byte[size];
    }

    /**
     * Returns the next part.
     *
     * @return null at the end
     * @throws ScoreException if a row is too long
     */
    @Nullable Chunk next() throws IOException {
        while (true) {
            fill();
            int end = ended ? length : lastEnd();
            if (end > 0) {
                return cut(end);
            }
            if (ended) {
                return null;
            }
            if (length >= MAX_ROW) {
                throw new ScoreException(
                        "The row in line %d has more than %d MiB.".formatted(line, MAX_ROW >> 20),
                        "Look for a quote that is not closed.");
            }
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
    }

    private void fill() throws IOException {
        while (!ended && length < buffer.length) {
            int read = in.read(buffer, length, buffer.length - length);
            ended = read < 0;
            length += Math.max(read, 0);
        }
    }

    private int lastEnd() {
        return switch (format) {
            case CSV -> CsvRows.lastEnd(buffer, 0, length);
            case NDJSON -> lastLineEnd();
        };
    }

    private int lastLineEnd() {
        int end = length;
        while (end > 0 && buffer[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private Chunk cut(int end) {
        Chunk chunk = new Chunk(buffer, 0, end, line);
        line += chunk.lines();
        byte[] next = new byte[Math.max(size, length - end)];
        System.arraycopy(buffer, end, next, 0, length - end);
        length -= end;
        buffer = next;
        return chunk;
    }
}
