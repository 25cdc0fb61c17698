package dev.onnxfunction.rollout.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The stages in which a candidate gets traffic. Stage 0 is before any traffic.
 *
 * @param percents shares of the candidate from stage 1 on, 1 to 100: rising, and the last is 100
 * @param hold minimum duration of each of these stages
 * @param deadline how long any stage may exceed its hold before it counts as failed
 * @param liveDeadline how long the live revision may fail before it counts as failed
 * @param replacesFailedLive whether a candidate that passes alone then replaces live
 * @param analysis what a stage requires beyond its hold, and how long to wait for an approval
 */
public record RolloutPlan(
        List<Integer> percents,
        Duration hold,
        Duration deadline,
        Duration liveDeadline,
        boolean replacesFailedLive,
        Analysis analysis) {

    /**
     * What a stage requires beyond its hold.
     *
     * @param bake how long the last stage lasts beyond its hold
     * @param minRequests user requests that the candidate must serve at each stage before the next;
     *     0 to advance by time alone
     * @param maxHold longest wait for them at a stage
     * @param shadow longest duration of the shadow, before any traffic
     * @param approval longest wait for an approval after the gates, before any traffic; zero if no
     *     approval is needed
     */
    public record Analysis(
            Duration bake, int minRequests, Duration maxHold, Duration shadow, Duration approval) {

        /** No conditions: time alone decides. */
        public static final Analysis NONE = new Analysis(Duration.ZERO, 0, Duration.ofHours(1));

        /** Without a shadow, and without an approval. */
        public Analysis(Duration bake, int minRequests, Duration maxHold) {
            this(bake, minRequests, maxHold, Duration.ZERO, Duration.ZERO);
        }

        /** Refuses negative values. */
        public Analysis {
            if (bake.isNegative()
                    || minRequests < 0
                    || maxHold.isNegative()
                    || approval.isNegative()) {
                throw new IllegalArgumentException(
                        "--bake, --min-requests, --max-hold and --approval must not be negative."
                                + " Give values such as 10m, 200, 1h and 8h.");
            }
        }
    }

    /** How long any stage may exceed its hold, unless a plan says otherwise. */
    public static final Duration DEADLINE = Duration.ofMinutes(5);

    /** How long the live revision may fail, unless a plan says otherwise. */
    public static final Duration LIVE_DEADLINE = Duration.ofSeconds(60);

    /** A plan that waits for a live revision that fails, and never replaces it. */
    public RolloutPlan(List<Integer> percents, Duration hold, Duration deadline) {
        this(percents, hold, deadline, LIVE_DEADLINE, false);
    }

    /** A plan in which time alone decides. */
    public RolloutPlan(
            List<Integer> percents,
            Duration hold,
            Duration deadline,
            Duration liveDeadline,
            boolean replacesFailedLive) {
        this(percents, hold, deadline, liveDeadline, replacesFailedLive, Analysis.NONE);
    }

    /** Refuses percentages that do not rise to 100, a negative hold, and deadlines of zero. */
    public RolloutPlan {
        percents = List.copyOf(percents);
        int before = 0;
        for (int percent : percents) {
            if (percent <= before) {
                throw new IllegalArgumentException(rule(percents));
            }
            before = percent;
        }
        if (before != 100) {
            throw new IllegalArgumentException(rule(percents));
        }
        if (hold.isNegative() || !deadline.isPositive() || liveDeadline.isNegative()) {
            throw new IllegalArgumentException(
                    "A hold must not be negative, and a deadline must be positive. Give times such"
                            + " as 60s.");
        }
    }

    private static String rule(List<Integer> percents) {
        return "A plan must be percentages that rise to 100, such as 1,10,50,100, and not "
                + percents
                + ".";
    }

    /** The same stages, but with the other plan's handling of a live revision that fails. */
    RolloutPlan dealingWithLiveAs(RolloutPlan other) {
        return new RolloutPlan(
                percents, hold, deadline, other.liveDeadline, other.replacesFailedLive, analysis);
    }

    /** The number of the last stage, at which the candidate has all traffic. */
    public int last() {
        return percents.size();
    }

    /** The candidate's share at a stage. */
    public int percent(int stage) {
        return stage == 0 ? 0 : percents.get(stage - 1);
    }

    /** Minimum duration of a stage; zero before there is traffic. */
    public Duration hold(int stage) {
        if (stage == 0) {
            return Duration.ZERO;
        }
        return stage == last() ? hold.plus(analysis.bake) : hold;
    }

    /** Longest duration of a stage if nothing fails. */
    public Duration longestHold(int stage) {
        if (stage == 0) {
            return analysis.shadow;
        }
        Duration least = hold(stage);
        boolean isExtended = analysis.minRequests > 0;
        return isExtended && analysis.maxHold.compareTo(least) > 0 ? analysis.maxHold : least;
    }

    /** Such as {@code 1, 10, 50, 100 %, each for 60 s}. */
    @Override
    public String toString() {
        List<String> shares = new ArrayList<>();
        percents.forEach(percent -> shares.add(percent.toString()));
        return String.join(", ", shares) + " %, each for " + DurationText.of(hold);
    }
}
