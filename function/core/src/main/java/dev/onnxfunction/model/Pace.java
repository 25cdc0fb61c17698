package dev.onnxfunction.model;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long a model takes, as its calls show: moving averages that one call which the system held up
 * does not change much. A call that took very long is an alarm: for a minute nothing counts as
 * quick, and after each further alarm for twice as long as before, up to an hour. A machine that
 * stands still for a moment looks the same, so it is not for ever.
 *
 * <p>Thread-safe; that a call gets lost when two end at the same time does not matter.
 */
final class Pace {

    /** What may hold up the other connections of an event loop. */
    private static final double QUICK = TimeUnit.MICROSECONDS.toNanos(250);

    /** A call that takes longer counts as if it took this. */
    private static final double MOST = 4 * QUICK;

    /** No system holds up a call so long by chance, or seldom; for each row, {@link #MOST} more. */
    private static final long ALARMING = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long FIRST_ALARM = TimeUnit.MINUTES.toNanos(1);
    private static final long LONGEST_ALARM = TimeUnit.HOURS.toNanos(1);

    private static final double WEIGHT = 1.0 / 8;

    private final LongSupplier clock;
    private volatile double oneRow;
    private volatile double eachRow;
    private volatile boolean alarmed;
    private volatile long alarmEnds;
    private volatile long pause = FIRST_ALARM / 2;

    /**
     * @param clock tells nanoseconds, as {@link System#nanoTime} does
     */
    Pace(LongSupplier clock) {
        this.clock = clock;
    }

    /** Takes note of a call. */
    void note(int rows, long nanos) {
        if (nanos >= ALARMING + rows * MOST) {
            alarm();
        }
        if (rows == 1) {
            oneRow = blend(oneRow, (double) nanos);
        } else if (rows > 1) {
            eachRow = blend(eachRow, (double) nanos / rows);
        }
    }

    /**
     * How many rows are predicted so quickly that nobody notices; 0 if not even one is, or nothing
     * is known yet.
     */
    int quickRows() {
        if (isAlarmed()) {
            return 0;
        }
        double each = eachRow == 0 ? oneRow : eachRow;
        double left = QUICK - oneRow;
        if (left <= 0 || each == 0) {
            return 0;
        }
        return 1 + (int) Math.min(left / each, 1 << 30);
    }

    /** One in the time of another only makes it last. */
    private void alarm() {
        if (!isAlarmed()) {
            pause = Math.min(2 * pause, LONGEST_ALARM);
        }
        alarmEnds = clock.getAsLong() + pause;
        alarmed = true;
    }

    private boolean isAlarmed() {
        if (alarmed && alarmEnds - clock.getAsLong() <= 0) {
            alarmed = false;
        }
        return alarmed;
    }

    private static double blend(double average, double sample) {
        return average + WEIGHT * (Math.min(sample, MOST) - average);
    }
}
