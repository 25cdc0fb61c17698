package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.statistics.QuantileBounds;
import dev.onnxfunction.rollout.gates.traffic.StageComparison;

/**
 * Whether the candidate's response times for users exceed the limit. The bounds of both percentiles
 * are edges of the histogram's buckets, so a difference within a bucket is not decided.
 *
 * @param level maximum probability that an equally fast candidate ever fails for one percentile
 */
record UserLatencyGate(LatencyLimits limits, double level) {

    GateResult result(
            String percentile,
            StageComparison.RevisionRequests live,
            QuantileBounds ofLive,
            QuantileBounds ofCandidate) {
        double half = level / 2;
        double leastOfLive = ofLive.lower(half);
        double mostOfLive = ofLive.upper(half);
        double least = ofCandidate.lower(half);
        double most = ofCandidate.upper(half);
        boolean slower = least > 0 && least >= limit(mostOfLive);
        boolean within = most <= limit(leastOfLive);
        GateResult result =
                new GateResult(
                        "users: " + percentile,
                        range(leastOfLive, mostOfLive),
                        range(least, most),
                        limits.text(),
                        slower
                                ? "Users wait too long: its %s is above %s, and live's at most %s. Find out what slows it, or raise --max-p99-ratio."
                                        .formatted(percentile, millis(least), millis(mostOfLive))
                                : "");
        return slower || within
                ? result
                : result.with(
                        Status.INCONCLUSIVE,
                        live.served().requests() + " requests of live, and the buckets between");
    }

    /** The candidate's limit in seconds, for this response time of live. */
    private double limit(double seconds) {
        return Math.max(limits.p99Ratio() * seconds, seconds + limits.p99Slack().toNanos() / 1e9);
    }

    private static String range(double lower, double upper) {
        return "%s … %s".formatted(millis(lower), Double.isInfinite(upper) ? "∞" : millis(upper));
    }

    private static String millis(double seconds) {
        return "%.4g ms".formatted(1000 * seconds).replaceFirst("\\.?0+ ms", " ms");
    }
}
