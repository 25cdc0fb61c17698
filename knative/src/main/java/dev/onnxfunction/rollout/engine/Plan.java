package dev.onnxfunction.rollout.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a candidate gets its traffic: by stages, of which stage 0 is that before any traffic.
 *
 * @param percents of the candidate at each stage from 1 on: rising, from 1 to 100, and 100 at last
 * @param hold how long each of them lasts at least
 * @param deadline how long any stage may last beyond its hold, before it counts as failed
 * @param liveDeadline how long the live revision may fail before it counts as failed
 * @param replacesLive whether a candidate that passes alone then takes the place of live
 * @param watch for how long and how many requests real traffic is watched, and by whom approved
 */
public record Plan(
        List<Integer> percents,
        Duration hold,
        Duration deadline,
        Duration liveDeadline,
        boolean replacesLive,
        Watch watch) {

    /**
     * How real traffic is watched.
     *
     * @param bake how long the last stage lasts beyond its hold
     * @param minRequests of users that the candidate serves at each stage before the next; 0 to let
     *     time alone decide
     * @param maxHold how long a stage is extended for them at most
     * @param shadow how long the candidate gets copies of requests at most, before any traffic
     * @param approval how long a candidate that has passed the gates waits, before any traffic, for
     *     somebody to approve it; zero if nobody has to
     */
    public record Watch(
            Duration bake, int minRequests, Duration maxHold, Duration shadow, Duration approval) {

        /** Time alone decides. */
        public static final Watch NONE = new Watch(Duration.ZERO, 0, Duration.ofHours(1));

        /** Without a shadow, and without an approval. */
        public Watch(Duration bake, int minRequests, Duration maxHold) {
            this(bake, minRequests, maxHold, Duration.ZERO, Duration.ZERO);
        }

        /** Refuses negative figures. */
        public Watch {
            if (bake.isNegative()
                    || minRequests < 0
                    || maxHold.isNegative()
                    || approval.isNegative()) {
                throw new IllegalArgumentException(
                        "--bake, --min-requests, --max-hold and --approval are not negative. Give"
                                + " figures such as 10m, 200, 1h and 8h.");
            }
        }
    }

    /** How long the live revision may fail, unless a plan says otherwise. */
    public static final Duration LIVE_DEADLINE = Duration.ofSeconds(60);

    /** A plan that waits for a live revision that fails, and never replaces it. */
    public Plan(List<Integer> percents, Duration hold, Duration deadline) {
        this(percents, hold, deadline, LIVE_DEADLINE, false);
    }

    /** A plan in which time alone decides. */
    public Plan(
            List<Integer> percents,
            Duration hold,
            Duration deadline,
            Duration liveDeadline,
            boolean replacesLive) {
        this(percents, hold, deadline, liveDeadline, replacesLive, Watch.NONE);
    }

    /** Refuses percentages that do not rise to 100, a negative hold, and no time at all. */
    public Plan {
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
                    "A hold is not negative, and a deadline is positive. Give times such as 60s.");
        }
    }

    private static String rule(List<Integer> percents) {
        return "A plan is percentages that rise to 100, such as 1,10,50,100, and not "
                + percents
                + ".";
    }

    /** The same stages, but with the other's way to deal with a live revision that fails. */
    Plan dealingWithLiveAs(Plan other) {
        return new Plan(percents, hold, deadline, other.liveDeadline, other.replacesLive, watch);
    }

    /** The number of the last stage, at which the candidate has all traffic. */
    public int last() {
        return percents.size();
    }

    /** The candidate's share at a stage. */
    public int percent(int stage) {
        return stage == 0 ? 0 : percents.get(stage - 1);
    }

    /** How long a stage lasts at least. Before there is traffic, nothing is waited for. */
    public Duration hold(int stage) {
        if (stage == 0) {
            return Duration.ZERO;
        }
        return stage == last() ? hold.plus(watch.bake) : hold;
    }

    /** How long a stage lasts at most, if nothing is in its way. */
    public Duration longestHold(int stage) {
        if (stage == 0) {
            return watch.shadow;
        }
        Duration least = hold(stage);
        boolean isExtended = watch.minRequests > 0;
        return isExtended && watch.maxHold.compareTo(least) > 0 ? watch.maxHold : least;
    }

    /** Such as {@code 1, 10, 50, 100 %, each for 60 s}. */
    @Override
    public String toString() {
        List<String> shares = new ArrayList<>();
        percents.forEach(percent -> shares.add(percent.toString()));
        return String.join(", ", shares) + " %, each for " + Words.time(hold);
    }
}
