package dev.onnxfunction.rollout.gates.statistics;

import java.util.Arrays;

/** The statistics that gates compare. All arrays of a call have the same length, at least 1. */
public final class Statistics {

    private Statistics() {}

    /**
     * Root mean square error, √(Σ(pᵢ − yᵢ)² / n), in the unit of the target.
     *
     * @param predictions pᵢ
     * @param truth yᵢ
     */
    public static double rmse(double[] predictions, double[] truth) {
        double sum = 0;
        for (int i = 0; i < truth.length; i++) {
            double error = predictions[i] - truth[i];
            sum += error * error;
        }
        return Math.sqrt(sum / truth.length);
    }

    /** Population standard deviation, √(Σ(xᵢ − x̄)² / n). */
    public static double deviation(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double[] means = new double[values.length];
        Arrays.fill(means, mean);
        return rmse(values, means);
    }

    /**
     * How far predictions move: root mean square of the differences, divided by the standard
     * deviation of the live predictions (normalised root mean square deviation), so that it has no
     * unit and 1 is as far as the live predictions differ from one another. 0 if nothing moves;
     * infinite if live predicts the same for all rows and something moves.
     */
    public static double shift(double[] candidate, double[] live) {
        double moved = rmse(candidate, live);
        return moved == 0 ? 0 : moved / deviation(live);
    }

    /**
     * Percentile by the nearest-rank method: the smallest value that at least {@code percent} per
     * cent of all values do not exceed, which is the ⌈percent/100 · n⌉-th.
     *
     * @param percent over 0, at most 100
     */
    public static double percentile(double[] values, double percent) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1];
    }

    /**
     * Largest relative difference, |a − b| / max(|b|, 1e-300): the exporter's measure.
     *
     * @param b the correct values
     */
    public static double relativeError(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < b.length; i++) {
            double error =
                    a[i] == b[i] ? 0 : Math.abs(a[i] - b[i]) / Math.max(Math.abs(b[i]), 1e-300);
            largest = Math.max(largest, error);
        }
        return largest;
    }
}
