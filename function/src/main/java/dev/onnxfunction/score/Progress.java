package dev.onnxfunction.score;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Reports the progress of a run: a bar in a terminal, otherwise a line from time to time. Not
 * thread-safe.
 */
final class Progress {

    private static final int BAR = 30;
    private static final Duration IN_TERMINAL = Duration.ofMillis(200);
    private static final Duration IN_LOG = Duration.ofSeconds(10);

    private final PrintWriter out;
    private final boolean terminal;
    private final DoubleSupplier share;
    private final LongSupplier clock;
    private final long start;
    private long shown;

    /**
     * @param terminal whether lines can be overwritten
     * @param share share of the input that was read, 0 to 1; negative if unknown
     * @param clock clock in nanoseconds
     */
    Progress(PrintWriter out, boolean terminal, DoubleSupplier share, LongSupplier clock) {
        this.out = out;
        this.terminal = terminal;
        this.share = share;
        this.clock = clock;
        this.start = clock.getAsLong();
        this.shown = start;
    }

    /** Sets the number of finished rows, including refused ones. */
    void rows(long rows) {
        long now = clock.getAsLong();
        if (now - shown >= (terminal ? IN_TERMINAL : IN_LOG).toNanos()) {
            shown = now;
            String line = line(rows, now);
            if (terminal) {
                out.print("\r" + line + "\033[K");
                out.flush();
            } else {
                out.println(line);
            }
        }
    }

    private String line(long rows, long now) {
        double done = share.getAsDouble();
        String speed = "%,d rows  %s".formatted(rows, speed(rows, now));
        if (done < 0) {
            return speed;
        }
        int filled = (int) Math.round(Math.min(done, 1) * BAR);
        return "[%s%s] %3.0f %%  %s"
                .formatted("#".repeat(filled), ".".repeat(BAR - filled), 100 * done, speed);
    }

    private String speed(long rows, long now) {
        double seconds = Math.max(1, now - start) / 1e9;
        return String.format(Locale.ROOT, "%,.0f rows/s", rows / seconds);
    }

    /** Removes the bar before other output. */
    void clear() {
        if (terminal && shown > start) {
            out.print("\r\033[K");
            out.flush();
        }
    }

    /** Such as {@code in 1.9 s, 526,316 rows/s}. */
    String summary(long rows) {
        long now = clock.getAsLong();
        return String.format(Locale.ROOT, "in %.1f s, %s", (now - start) / 1e9, speed(rows, now));
    }
}
