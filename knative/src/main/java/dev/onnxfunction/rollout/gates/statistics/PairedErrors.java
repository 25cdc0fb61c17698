package dev.onnxfunction.rollout.gates.statistics;

import org.apache.commons.statistics.distribution.TDistribution;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Squared errors of two models on the same observations, at least two.
 *
 * <p>An observation is a row, or a row and its copies, whose errors are added up: copies agree, so
 * they show no more about other rows than one of them does. This is the variance estimator for
 * clusters of K.-Y. Liang and S. L. Zeger, <i>Longitudinal data analysis using generalized linear
 * models</i>, Biometrika 73, 1986.
 */
public final class PairedErrors {

    /** Level of the confidence interval. */
    public static final double CONFIDENCE = 0.95;

    private final double unit;
    private final int[] rows;
    private final double[] live;
    private final double[] candidate;

    private PairedErrors(double unit, int[] rows, double[] live, double[] candidate) {
        this.unit = unit;
        this.rows = rows;
        this.live = live;
        this.candidate = candidate;
    }

    /**
     * Adds up the squared errors of each observation.
     *
     * @param live predictions of live, one for each row
     * @param candidate predictions of the candidate
     * @param truth the true values
     * @param observations which observation each row belongs to, counted from 0
     */
    public static PairedErrors of(
            double[] live, double[] candidate, double[] truth, int[] observations) {
        double largest = 0;
        for (int i = 0; i < truth.length; i++) {
            double half = Math.max(half(live[i], truth[i]), half(candidate[i], truth[i]));
            largest = Math.max(largest, half);
        }
        // In units of the largest error, so that no square overflows.
        double unit = largest > 0 ? largest : 1;
        int count = IntStream.of(observations).max().orElse(-1) + 1;
        int[] rows = new int[count];
        double[] ofLive = new double[count];
        double[] ofCandidate = new double[count];
        for (int i = 0; i < truth.length; i++) {
            rows[observations[i]]++;
            ofLive[observations[i]] += square(half(live[i], truth[i]) / unit);
            ofCandidate[observations[i]] += square(half(candidate[i], truth[i]) / unit);
        }
        return new PairedErrors(2 * unit, rows, ofLive, ofCandidate);
    }

    /** Half an error, which is finite whatever the values are. */
    private static double half(double prediction, double truth) {
        return Math.abs(prediction / 2 - truth / 2);
    }

    private static double square(double value) {
        return value * value;
    }

    /** Those of some observations. */
    public PairedErrors of(int[] observations) {
        return new PairedErrors(
                unit,
                IntStream.of(observations).map(i -> rows[i]).toArray(),
                IntStream.of(observations).mapToDouble(i -> live[i]).toArray(),
                IntStream.of(observations).mapToDouble(i -> candidate[i]).toArray());
    }

    /** Number of rows, copies included. */
    public long rows() {
        return IntStream.of(rows).asLongStream().sum();
    }

    /** Number of observations. */
    public int observations() {
        return rows.length;
    }

    /** Root mean square error of live, over all rows, in the target's unit. */
    public double liveRmse() {
        return rmse(live);
    }

    /** Root mean square error of the candidate, over all rows, in the target's unit. */
    public double candidateRmse() {
        return rmse(candidate);
    }

    private double rmse(double[] squares) {
        return unit * Math.sqrt(DoubleStream.of(squares).sum() / rows());
    }

    /**
     * The candidate's RMSE over live's, with a 95 % confidence interval: all ratios r for which the
     * paired t-test does not reject that c² − r²·l² has the mean 0. These are the roots of a
     * quadratic (E. C. Fieller, <i>Some problems in interval estimation</i>, Journal of the Royal
     * Statistical Society B 16, 1954). The test compares forecasts (F. X. Diebold and R. S.
     * Mariano, <i>Comparing predictive accuracy</i>, Journal of Business and Economic Statistics
     * 13, 1995). If errors differ in scale but not in shape, the differences are symmetrical at the
     * true ratio, for which the t-test holds its level, or errs on the side of an interval that is
     * too wide where errors have heavy tails.
     */
    public ErrorRatio ratio() {
        if (Arrays.equals(live, candidate)) {
            return ErrorRatio.EQUAL;
        }
        int n = live.length;
        double t = TDistribution.of(n - 1).inverseSurvivalProbability((1 - CONFIDENCE) / 2);
        double g = t * t / n;
        double meanOfLive = mean(live);
        double mean = mean(candidate);
        // In θ = r², the ratios are those with a·θ² − 2·b·θ + c ≤ 0.
        double a = square(meanOfLive) - g * covariance(live, live);
        double b = meanOfLive * mean - g * covariance(live, candidate);
        double c = square(mean) - g * covariance(candidate, candidate);
        double root = Math.sqrt(Math.max(0, b * b - a * c));
        return new ErrorRatio(
                Math.sqrt(mean / meanOfLive),
                c > 0 ? Math.sqrt(c / (b + root)) : 0,
                a > 0 ? Math.sqrt((b + root) / a) : Double.POSITIVE_INFINITY);
    }

    /**
     * The one-sided p-value of the paired t-test on c² − r²·l²: the probability of a difference at
     * least as large if the true ratio of the RMSEs were r or less. It is 1 if the candidate's RMSE
     * is at most r times live's.
     *
     * @param ratio r
     */
    public double pBeyond(double ratio) {
        double[] differences = new double[live.length];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = candidate[i] - square(ratio) * live[i];
        }
        double mean = mean(differences);
        if (mean <= 0) {
            return 1;
        }
        double error = Math.sqrt(covariance(differences, differences) / differences.length);
        return TDistribution.of(differences.length - 1).survivalProbability(mean / error);
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).sum() / values.length;
    }

    /** Sample covariance, with n − 1. */
    private static double covariance(double[] x, double[] y) {
        double meanX = mean(x);
        double meanY = mean(y);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - meanX) * (y[i] - meanY);
        }
        return sum / (x.length - 1);
    }
}
