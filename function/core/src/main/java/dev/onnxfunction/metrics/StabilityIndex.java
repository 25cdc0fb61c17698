package dev.onnxfunction.metrics;

import java.util.Arrays;

/** How far the values of a feature have drifted from those of the training data. */
final class StabilityIndex {

    /** Fewer values tell nothing: each bin adds about one part in as many to the index. */
    static final long LEAST_VALUES = 100;

    /** What an empty bin counts as, so that the index stays finite. */
    private static final double LEAST_SHARE = 1e-4;

    private StabilityIndex() {}

    /**
     * The population stability index, 0 or more: the sum over the bins of (actual − expected) ·
     * ln(actual / expected), of shares. It is the symmetric divergence of Kullback and Leibler
     * (<i>On information and sufficiency</i>, Annals of Mathematical Statistics 22, 1951); as a
     * rule of thumb, above 0.1 the population has shifted a little, above 0.25 a lot (Siddiqi,
     * <i>Credit Risk Scorecards</i>, Wiley 2006).
     *
     * @param actual values in each bin, not all 0
     * @param expected values of the training data in each bin, not all 0
     */
    static double of(long[] actual, long[] expected) {
        double index = 0;
        for (int bin = 0; bin < actual.length; bin++) {
            double share = share(actual, bin);
            double wanted = share(expected, bin);
            index += (share - wanted) * Math.log(share / wanted);
        }
        return index;
    }

    private static double share(long[] counts, int bin) {
        return Math.max(counts[bin] / (double) Arrays.stream(counts).sum(), LEAST_SHARE);
    }
}
