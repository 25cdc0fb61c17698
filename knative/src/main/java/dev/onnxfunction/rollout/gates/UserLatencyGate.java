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
        double most = limit(ofLive.upper(half));
        double least = limit(ofLive.lower(half));
        boolean slower = ofCandidate.lower(half) > 0 && ofCandidate.lower(half) >= most;
        boolean within = ofCandidate.upper(half) <= least;
        GateResult result =
                new GateResult(
                        "users: " + percentile,
                        range(ofLive, half),
                        range(ofCandidate, half),
                        limits.text(),
                        slower
                                ? "Users wait too long: its %s is above %s, and live's at most %s. Find out what slows it, or raise --max-p99-ratio."
                                        .formatted(
                                                percentile,
                                                millis(ofCandidate.lower(half)),
                                                millis(ofLive.upper(half)))
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

    private static String range(QuantileBounds bounds, double level) {
        double upper = bounds.upper(level);
        return "%s … %s"
                .formatted(
                        millis(bounds.lower(level)),
                        Double.isInfinite(upper) ? "∞" : millis(upper));
    }

    private static String millis(double seconds) {
        return "%.4g ms".formatted(1000 * seconds).replaceFirst("\\.?0+ ms", " ms");
    }
}
