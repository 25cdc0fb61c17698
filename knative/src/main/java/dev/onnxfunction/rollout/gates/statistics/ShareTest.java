package dev.onnxfunction.rollout.gates.statistics;

/**
 * Tests whether a share is above or below a bound, from observations that either count or do not.
 * It may be evaluated after each observation.
 */
public final class ShareTest {

    private final Evidence above = new Evidence();
    private final Evidence below = new Evidence();

    /** The logarithm of 1 − b + o·b for the bound b and each alternative's factor o of its odds. */
    private final double[] logsAbove = new double[Evidence.ODDS.length];

    /** The same for 1/o. */
    private final double[] logsBelow = new double[Evidence.ODDS.length];

    /**
     * @param bound over 0 and below 1
     */
    public ShareTest(double bound) {
        for (int i = 0; i < Evidence.ODDS.length; i++) {
            logsAbove[i] = Math.log(1 - bound + Evidence.ODDS[i] * bound);
            logsBelow[i] = Math.log(1 - bound + 1 / Evidence.ODDS[i] * bound);
        }
    }

    /**
     * Takes observations.
     *
     * @param hits those that count, at most {@code all}
     */
    public void add(long hits, long all) {
        // With p = o·b / (1 − b + o·b): p/b = o / (1 − b + o·b) and (1 − p)/(1 − b) = 1 / (…).
        for (int i = 0; i < Evidence.ODDS.length; i++) {
            above.add(i, hits * Evidence.LOG_ODDS[i] - all * logsAbove[i]);
            below.add(i, hits * -Evidence.LOG_ODDS[i] - all * logsBelow[i]);
        }
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
