package dev.onnxfunction.model;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Estimates how long a model takes, from moving averages of its calls, which one call that the
 * system delayed hardly changes. Two very long calls in succession, or one that is ten times as
 * long, raise an alarm: no row counts as fast for a minute, and after each further alarm for twice
 * as long as before, up to an hour. One long call alone raises none, because a process that was
 * paused, or has used up its share of the processors, looks the same.
 *
 * <p>Thread-safe. If two calls end at the same time, one of them may not be counted, which hardly
 * changes an average.
 */
final class LatencyEstimator {

    /** Maximum nanoseconds that may delay the other connections of an event loop. */
    private static final double QUICK = TimeUnit.MICROSECONDS.toNanos(250);

    /** Maximum nanoseconds per row that enter an average; longer calls count as this. */
    private static final double MAX_SAMPLE = 4 * QUICK;

    /**
     * Minimum nanoseconds of a very long call, plus {@link #MAX_SAMPLE} for each row. Systems
     * rarely delay two calls in succession that long.
     */
    private static final long ALARMING = TimeUnit.MILLISECONDS.toNanos(100);

    /** A call that takes this many times as long raises an alarm by itself. */
    private static final int CERTAIN = 10;

    private static final long FIRST_ALARM = TimeUnit.MINUTES.toNanos(1);
    private static final long LONGEST_ALARM = TimeUnit.HOURS.toNanos(1);

    /** Weight of a new sample in an average. */
    private static final double WEIGHT = 1.0 / 8;

    private final LongSupplier clock;
    private volatile double oneRow;
    private volatile double eachRow;

    /** Whether the last call was very long. */
    private volatile boolean suspected;

    private volatile boolean alarmed;
    private volatile long alarmEnds;
    private volatile long pause = FIRST_ALARM / 2;

    /**
     * @param clock clock in nanoseconds, such as {@link System#nanoTime}
     */
    LatencyEstimator(LongSupplier clock) {
        this.clock = clock;
    }

    /** Records a call. */
    void record(int rows, long nanos) {
        double alarming = ALARMING + rows * MAX_SAMPLE;
        boolean isLong = nanos >= alarming;
        if (nanos >= CERTAIN * alarming || (isLong && (suspected || isAlarmed()))) {
            alarm();
        }
        if (suspected != isLong) { // Because a write costs more than a read.
            suspected = isLong;
        }
        if (rows == 1) {
            oneRow = blend(oneRow, (double) nanos);
        } else if (rows > 1) {
            eachRow = blend(eachRow, (double) nanos / rows);
        }
    }

    /**
     * Number of rows that are predicted fast enough for an event loop; 0 if not even one, or
     * nothing is known yet.
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

    /** Raises an alarm. An alarm during another one only prolongs it. */
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
        return average + WEIGHT * (Math.min(sample, MAX_SAMPLE) - average);
    }
}
