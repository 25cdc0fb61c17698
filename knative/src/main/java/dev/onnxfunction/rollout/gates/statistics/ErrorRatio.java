package dev.onnxfunction.rollout.gates.statistics;

import java.util.OptionalLong;

/**
 * A model's error over another's, with its confidence interval: of the root mean square errors, or
 * of the mean interval scores.
 *
 * @param estimate of these rows; infinite if only the other makes no error
 * @param lower bound of the interval, at least 0
 * @param upper bound of the interval; infinite if the rows do not bound it
 */
public record ErrorRatio(double estimate, double lower, double upper) {

    /** The models make the same errors. */
    static final ErrorRatio EQUAL = new ErrorRatio(1, 1, 1);

    /** Whether the ratio is shown to be at most this. */
    public boolean isWithin(double limit) {
        return upper <= limit;
    }

    /**
     * Whether the model is shown to be worse than the other, and its estimate is beyond a limit.
     */
    public boolean isBeyond(double limit) {
        return lower > 1 && estimate > limit;
    }

    /**
     * About how many rows would decide whether the ratio is within a limit, if the estimate stayed:
     * an interval's width, as a factor, falls with the root of the number of rows.
     *
     * @param rows that this ratio comes from
     * @return empty if no number of rows would
     */
    public OptionalLong rowsToDecide(double limit, long rows) {
        double bound = estimate <= limit ? upper : lower;
        double wanted = estimate <= limit ? limit : 1;
        double factor = Math.log(bound / estimate) / Math.log(wanted / estimate);
        double needed = Math.ceil(rows * factor * factor);
        return factor > 0 && needed < 1e12 ? OptionalLong.of((long) needed) : OptionalLong.empty();
    }
}
