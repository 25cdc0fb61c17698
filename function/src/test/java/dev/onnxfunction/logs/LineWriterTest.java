package dev.onnxfunction.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.json.JsonWriter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

@Timeout(300)
class LineWriterTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(30);
    private static final int LINES_THAT_FIT = LineWriter.MAX_WAITING / line(0).length();

    private final Stream stream = new Stream();
    private final LineWriter writer =
            new LineWriter(stream, dropped -> text("dropped " + dropped + "\n"));

    /** Blocks until it is opened, and fails while {@code failing} is set. */
    private static final class Stream extends OutputStream {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private volatile boolean failing;

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            asked.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (failing) {
                throw new IOException("Broken pipe");
            }
            taken.write(bytes, offset, length);
        }

        @Override
        public void write(int octet) {
            throw new UnsupportedOperationException();
        }

        List<String> lines() {
            return taken.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void allLinesAreWrittenInTheirOrder() {
        stream.open.countDown();
        for (int i = 0; i < 100_000; i++) {
            writer.write(line(i));
            if (i % 10_000 == 0) {
                writer.await(LONG);
            }
        }
        writer.await(LONG);

        assertThat(stream.lines())
                .isEqualTo(
                        IntStream.range(0, 100_000)
                                .mapToObj(i -> line(i).toString().strip())
                                .toList());
        assertThat(writer.dropped()).isZero();
    }

    @Test
    void linesThatAStalledStreamLeavesNoRoomForAreDroppedAndReportedWhereTheyAreMissing()
            throws Exception {
        writer.writeAtOnce(line(0));
        stream.asked.await();
        for (int i = 0; i < LINES_THAT_FIT + 5; i++) {
            writer.write(line(i));
        }
        assertThat(writer.dropped()).isEqualTo(5);

        stream.open.countDown();
        writer.await(LONG);
        writer.write(line(7));
        writer.await(LONG);

        assertThat(stream.lines())
                .hasSize(1 + LINES_THAT_FIT + 2)
                .endsWith(
                        line(LINES_THAT_FIT - 1).toString().strip(),
                        "dropped 5",
                        line(7).toString().strip());
    }

    @Test
    void linesThatTheStreamRefusesAreReportedOnceItTakesSomeAgain() {
        stream.failing = true;
        stream.open.countDown();
        writer.write(line(1));
        writer.write(line(2));
        writer.await(LONG);
        assertThat(writer.dropped()).isEqualTo(2);

        stream.failing = false;
        writer.write(line(3));
        writer.await(LONG);

        assertThat(stream.lines()).containsExactly(line(3).toString().strip(), "dropped 2");
        assertThat(writer.dropped()).isEqualTo(2);
    }

    @Test
    void theEndOfTheProcessDoesNotWaitForEverForAStalledStream() throws Exception {
        writer.writeAtOnce(line(0));
        stream.asked.await();

        writer.await(TimeUnit.MILLISECONDS.toNanos(10));

        assertThat(stream.lines()).isEmpty();
    }

    @Test
    void aLineLongerThanTheQueueIsWrittenToo() {
        stream.open.countDown();
        String line = "a".repeat(LineWriter.MAX_WAITING + 1);
        writer.write(text(line + "\n"));
        writer.await(LONG);

        assertThat(stream.lines()).containsExactly(line);
    }

    /** Returns a line; all have the same length. */
    private static JsonWriter line(int number) {
        return text("line %08d %s\n".formatted(number, "-".repeat(50)));
    }

    private static JsonWriter text(String text) {
        return new JsonWriter(text.length()).append(text.getBytes(StandardCharsets.US_ASCII));
    }
}
