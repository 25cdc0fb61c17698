package dev.onnxfunction.rollout.gates;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * What a candidate must keep to.
 *
 * @param model {@code name@version} that its card must tell; null for whichever the parity rows
 *     name, or any
 * @param tolerance largest relative error of a parity row; null for what the file tells, or 1e-9
 * @param rmseRatio candidate's RMSE over live's, at most
 * @param shift how far predictions may move, in standard deviations of the live ones
 * @param p99Ratio candidate's p99 over live's, at most
 * @param p99Slack a p99 that is greater by no more than this passes whatever the ratio, for a ratio
 *     of short times says little
 * @param requests that p99 is taken from, of each revision, at least 100
 */
public record Limits(
        @Nullable String model,
        @Nullable Double tolerance,
        double rmseRatio,
        double shift,
        double p99Ratio,
        Duration p99Slack,
        int requests) {

    /** Refuses what is not positive, and too few requests for a p99. */
    public Limits {
        if (!(rmseRatio > 0 && shift >= 0 && p99Ratio > 0) || p99Slack.isNegative()) {
            throw new IllegalArgumentException(
                    "A limit is out of range. Ratios are positive; a shift and a slack are not"
                            + " negative.");
        }
        if (requests < 100) {
            throw new IllegalArgumentException(
                    "A p99 of " + requests + " requests says nothing. Ask for at least 100.");
        }
    }
}
