package dev.onnxfunction.metrics;

import java.util.Arrays;

/** Measures how far the values of a feature have drifted from the training data. */
final class StabilityIndex {

    /**
     * Minimum number of values: by chance alone, each bin adds about one divided by this number to
     * the index.
     */
    static final long LEAST_VALUES = 100;

    /** Share of an empty bin, so that the index stays finite. */
    private static final double LEAST_SHARE = 1e-4;

    private StabilityIndex() {}

    /**
     * The population stability index, 0 or more: the sum over the bins of (actual − expected) ·
     * ln(actual / expected), of shares. It is the symmetric divergence of Kullback and Leibler
     * (<i>On information and sufficiency</i>, Annals of Mathematical Statistics 22, 1951); as a
     * rule of thumb, values above 0.1 indicate a small shift and values above 0.25 a large one
     * (Siddiqi, <i>Credit Risk Scorecards</i>, Wiley 2006).
     *
     * @param actual values in each bin, not all 0
     * @param expected values of the training data in each bin
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

    /** The share of a bin, from 0 to 1; 0 if all bins are empty. */
    static double ofAll(long[] counts, int bin) {
        double all = Arrays.stream(counts).asDoubleStream().sum(); // As longs they may overflow.
        return all == 0 ? 0 : counts[bin] / all;
    }

    private static double share(long[] counts, int bin) {
        return Math.max(ofAll(counts, bin), LEAST_SHARE);
    }
}
