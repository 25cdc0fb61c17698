package dev.onnxfunction.rollout.gates;

import java.time.Duration;

/**
 * When the shadow ends, in which a candidate gets copies of clients' requests before it has
 * traffic.
 *
 * @param rows number of rows that end it, at least 1
 * @param least number of rows for a decision, 1 to {@code rows}; with fewer it is inconclusive
 * @param time after which it ends, positive
 */
public record ShadowLimits(int rows, int least, Duration time) {

    /** Maximum number of rows that are kept. */
    static final int MAX_ROWS = 100_000;

    /** Ends with the rows; fewer rows by the time are inconclusive. */
    public static ShadowLimits rows(int rows, Duration time) {
        return new ShadowLimits(rows, rows, time);
    }

    /** Ends with the time; all rows until then are compared. */
    public static ShadowLimits time(Duration time, int least) {
        return new ShadowLimits(Math.max(MAX_ROWS, least), least, time);
    }

    /** Refuses values out of range. */
    public ShadowLimits {
        if (least < 1 || rows < least || rows > MAX_ROWS || !time.isPositive()) {
            throw new IllegalArgumentException(
                    "--shadow is 1 to %d rows or a time, and --shadow-time a time. Give figures such as 500 and 10m."
                            .formatted(MAX_ROWS));
        }
    }
}
