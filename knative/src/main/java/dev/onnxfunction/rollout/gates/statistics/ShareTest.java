package dev.onnxfunction.rollout.gates.statistics;

/**
 * Tests whether a share is above or below a bound, from observations that either count or do not.
 * It may be evaluated after each observation.
 */
public final class ShareTest {

    private final Evidence above = new Evidence();
    private final Evidence below = new Evidence();
    private final double bound;

    /**
     * @param bound over 0 and below 1
     */
    public ShareTest(double bound) {
        this.bound = bound;
    }

    /**
     * Takes observations.
     *
     * @param hits those that count, at most {@code all}
     */
    public void add(long hits, long all) {
        for (int i = 0; i < Evidence.ODDS.length; i++) {
            above.add(i, logRatio(hits, all, Evidence.ODDS[i]));
            below.add(i, logRatio(hits, all, 1 / Evidence.ODDS[i]));
        }
    }

    /** The log-likelihood ratio of a share with this factor of the bound's odds to the bound. */
    private double logRatio(long hits, long all, double odds) {
        // With p = o·b / (1 − b + o·b): p/b = o / (1 − b + o·b) and (1 − p)/(1 − b) = 1 / (…).
        return hits * Math.log(odds) - all * Math.log(1 - bound + odds * bound);
    }

    /**
     * Whether the share is shown to be above the bound.
     *
     * @param level maximum probability that another share ever leads to this
     */
    public boolean isAbove(double level) {
        return above.rejects(level);
    }

    /** Whether it is shown to be below. */
    public boolean isBelow(double level) {
        return below.rejects(level);
    }
}
