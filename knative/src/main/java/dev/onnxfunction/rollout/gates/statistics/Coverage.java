package dev.onnxfunction.rollout.gates.statistics;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * How often prediction intervals contain the true value.
 *
 * @param covered rows whose interval contains it
 * @param rows number of rows, copies counted once
 * @param meanWidth of the intervals, in the target's unit
 */
public record Coverage(int covered, int rows, double meanWidth) {

    private static final double SIGNIFICANT = 0.05;

    /**
     * How much more often than promised intervals may miss the true value, because they were
     * calibrated on as few rows as a model has: their true level is not the one that was aimed at.
     */
    public static final double MISSES = 1.5;

    /**
     * Counts each different row once.
     *
     * @param lower bounds of the intervals, one for each row
     * @param upper bounds
     * @param truth the true values
     * @param observations for each row, the index of the different row that it is, in order of
     *     their occurrence
     */
    public static Coverage of(double[] lower, double[] upper, double[] truth, int[] observations) {
        int covered = 0;
        int rows = 0;
        double mean = 0;
        for (int i = 0; i < truth.length; i++) {
            if (observations[i] == rows) {
                rows++;
                covered += lower[i] <= truth[i] && truth[i] <= upper[i] ? 1 : 0;
                mean += (upper[i] - lower[i] - mean) / rows;
            }
        }
        return new Coverage(covered, rows, mean);
    }

    /** Share of the rows whose interval contains the true value. */
    public double share() {
        return (double) covered / rows;
    }

    /**
     * Whether the intervals are shown to miss more than {@link #MISSES} times as often as a level
     * promises: the exact binomial test, one-sided, at 5 % (C. J. Clopper and E. S. Pearson, <i>The
     * use of confidence or fiducial limits illustrated in the case of the binomial</i>, Biometrika
     * 26, 1934).
     *
     * @param level over 0, below 1
     */
    public boolean isBelow(double level) {
        return pBelow(Math.max(0, 1 - MISSES * (1 - level))) < SIGNIFICANT;
    }

    /** The p-value of the test: the probability of covering no more rows than these. */
    double pBelow(double level) {
        return BinomialDistribution.of(rows, level).cumulativeProbability(covered);
    }
}
