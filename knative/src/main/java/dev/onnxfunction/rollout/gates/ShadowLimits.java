package dev.onnxfunction.rollout.gates;

import java.time.Duration;

/**
 * How long a candidate is shown copies of clients' requests before it has traffic.
 *
 * @param rows of them that end it, at least 1
 * @param least rows to judge it by, 1 to {@code rows}; with fewer it is inconclusive
 * @param time at most, positive
 */
public record ShadowLimits(int rows, int least, Duration time) {

    /** Maximum number of rows that are kept. */
    static final int MAX_ROWS = 100_000;

    /** Limits by number of rows, which have to come in time. */
    public static ShadowLimits rows(int rows, Duration time) {
        return new ShadowLimits(rows, rows, time);
    }

    /** Limits by time: all rows that come in it are compared. */
    public static ShadowLimits time(Duration time, int least) {
        return new ShadowLimits(Math.max(MAX_ROWS, least), least, time);
    }

    /** Refuses no rows and no time. */
    public ShadowLimits {
        if (least < 1 || rows < least || rows > MAX_ROWS || !time.isPositive()) {
            throw new IllegalArgumentException(
                    "--shadow is 1 to %d rows or a time, and --shadow-time a time. Give figures such as 500 and 10m."
                            .formatted(MAX_ROWS));
        }
    }
}
