package dev.onnxfunction.rollout.gates.statistics;

import java.util.stream.DoubleStream;

/** Interval scores of two models on the same rows, in the target's unit; lower is better. */
public final class IntervalScores {

    private final double[] live;
    private final double[] candidate;
    private final int[] observations;

    /**
     * @param live scores of live's intervals, one for each row
     * @param candidate scores of the candidate's intervals
     * @param observations which observation each row belongs to, counted from 0
     */
    public IntervalScores(double[] live, double[] candidate, int[] observations) {
        this.live = live;
        this.candidate = candidate;
        this.observations = observations;
    }

    /**
     * The interval score, (u − l) + 2/α · (l − y)⁺ + 2/α · (y − u)⁺ with α = 1 − level, which is
     * smallest on average for the true quantiles α/2 and 1 − α/2 (T. Gneiting and A. E. Raftery,
     * <i>Strictly proper scoring rules, prediction, and estimation</i>, Journal of the American
     * Statistical Association 102, 2007, equation 43).
     *
     * @param lower bounds l, finite
     * @param upper bounds u, finite
     * @param truth y
     * @param level over 0, below 1
     * @return scores, finite and not negative
     */
    public static double[] of(double[] lower, double[] upper, double[] truth, double level) {
        double penalty = 2 / (1 - level);
        double[] scores = new double[truth.length];
        for (int i = 0; i < scores.length; i++) {
            double below = Math.max(0, lower[i] - truth[i]);
            double above = Math.max(0, truth[i] - upper[i]);
            double score = upper[i] - lower[i] + penalty * below + penalty * above;
            // The sum of finite bounds can overflow, for crossed ones to NaN.
            scores[i] = score <= Double.MAX_VALUE ? score : Double.MAX_VALUE;
        }
        return scores;
    }

    /** Mean score of live's intervals. */
    public double meanOfLive() {
        return mean(live);
    }

    /** Mean score of the candidate's intervals. */
    public double meanOfCandidate() {
        return mean(candidate);
    }

    /**
     * The candidate's mean score over live's, with the 95 % confidence interval of {@link
     * PairedErrors#ratio()}: scores take the place of squared errors.
     */
    public ErrorRatio ratio() {
        ErrorRatio ofRoots =
                PairedErrors.of(
                                roots(live),
                                roots(candidate),
                                new double[live.length],
                                observations)
                        .ratio();
        return new ErrorRatio(
                square(ofRoots.estimate()), square(ofRoots.lower()), square(ofRoots.upper()));
    }

    private static double[] roots(double[] scores) {
        return DoubleStream.of(scores).map(Math::sqrt).toArray();
    }

    private static double square(double value) {
        return value * value;
    }

    private static double mean(double[] scores) {
        return DoubleStream.of(scores).map(score -> score / scores.length).sum();
    }
}
