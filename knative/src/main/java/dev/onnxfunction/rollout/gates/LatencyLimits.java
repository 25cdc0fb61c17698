package dev.onnxfunction.rollout.gates;

import java.time.Duration;

/**
 * The limits of a candidate's latency.
 *
 * @param p99Ratio largest ratio of the candidate's p99 to live's; positive
 * @param p99Slack a p99 that exceeds live's by at most this passes whatever the ratio, because a
 *     ratio of short times means little; not negative
 * @param requests to each revision for measuring p99, 100 to 100 000
 */
public record LatencyLimits(double p99Ratio, Duration p99Slack, int requests) {

    /** A request with many rows has this times the slack of one row's p99. */
    static final int LARGE = 50;

    /** Refuses values out of range. */
    public LatencyLimits {
        OptionValues.positive("--max-p99-ratio", p99Ratio);
        if (p99Slack.isNegative()) {
            throw new IllegalArgumentException(
                    "--p99-slack is " + p99Slack + ". Give a time that is not negative.");
        }
        if (requests < 100 || requests > 100_000) {
            throw new IllegalArgumentException(
                    "--requests is "
                            + requests
                            + ". A 99th percentile needs at least 100; give no more than 100000.");
        }
    }

    /** Such as {@code × 1.5 or + 5 ms}. */
    String text() {
        return "× %s or + %d ms".formatted(p99Ratio, p99Slack.toMillis());
    }

    /** Slack of a request with many rows, in milliseconds. */
    double largeSlack() {
        return LARGE * (p99Slack.toNanos() / 1e6);
    }

    /**
     * How long a request with many rows may take.
     *
     * @param live how long the same takes live
     * @return in milliseconds
     */
    double largeRequest(double live) {
        return Math.max(p99Ratio * live, live + largeSlack());
    }
}
