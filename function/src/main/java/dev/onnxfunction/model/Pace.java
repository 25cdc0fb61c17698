package dev.onnxfunction.model;

import java.util.concurrent.TimeUnit;

/**
 * How long a model takes, as its calls show: moving averages that one call which the system held up
 * does not change much, but one that took very long does. Thread-safe; that a call gets lost when
 * two end at the same time does not matter.
 */
final class Pace {

    /** What may hold up the other connections of an event loop. */
    private static final double QUICK = TimeUnit.MICROSECONDS.toNanos(250);

    /** A call that takes longer counts as if it took this. */
    private static final double MOST = 4 * QUICK;

    /** No system holds up a call so long by chance. */
    private static final double ALARMING = TimeUnit.MILLISECONDS.toNanos(100);

    /** The average after such a call: it takes 35 quick ones until it is forgotten. */
    private static final double ALARMED = 100 * QUICK;

    private static final double WEIGHT = 1.0 / 8;

    private volatile double oneRow;
    private volatile double eachRow;

    /** Takes note of a call. */
    void note(int rows, long nanos) {
        if (rows == 1) {
            oneRow = blend(oneRow, (double) nanos);
        } else if (rows > 1) {
            eachRow = blend(eachRow, (double) nanos / rows);
        }
    }

    /** How many rows are predicted so quickly that nobody notices; 0 if not even one is. */
    int quickRows() {
        double left = QUICK - oneRow;
        if (left <= 0) {
            return 0;
        }
        double each = eachRow == 0 ? oneRow : eachRow;
        return each == 0 ? Integer.MAX_VALUE : 1 + (int) Math.min(left / each, 1 << 30);
    }

    private static double blend(double average, double sample) {
        if (sample >= ALARMING) {
            return ALARMED;
        }
        return average + WEIGHT * (Math.min(sample, MOST) - average);
    }
}
