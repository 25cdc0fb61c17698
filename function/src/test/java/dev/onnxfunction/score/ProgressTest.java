package dev.onnxfunction.score;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;

class ProgressTest {

    private final StringWriter text = new StringWriter();
    private double share;
    private long now;

    private Progress progress(boolean terminal) {
        return new Progress(new PrintWriter(text), terminal, () -> share, () -> now);
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void aTerminalHasABarThatIsRemoved() {
        Progress progress = progress(true);
        progress.clear();
        progress.rows(10);
        assertThat(text.toString()).isEmpty();

        share = 0.5;
        pass(1000);
        progress.rows(2000);
        assertThat(text.toString())
                .isEqualTo(
                        "\r[###############...............]  50 %  2,000 rows  2,000 rows/s\033[K");
        progress.clear();
        assertThat(text.toString()).endsWith("\r\033[K");
    }

    @Test
    void aLogHasALineNowAndThen() {
        Progress progress = progress(false);
        share = -1;
        pass(9_000);
        progress.rows(1000);
        assertThat(text.toString()).isEmpty();

        pass(1_000);
        progress.rows(5000);
        progress.rows(5001);
        assertThat(text.toString()).isEqualToIgnoringNewLines("5,000 rows  500 rows/s");
        assertThat(progress.summary(20_000)).isEqualTo("in 10.0 s, 2,000 rows/s");
    }
}
