package dev.onnxfunction.explain;

import java.util.List;
import java.util.Locale;

/**
 * Why a prediction is what it is: the contributions of the features add up to what it has more than
 * the base.
 *
 * @param predict what the model predicts for the row, in the target's unit
 * @param base what it predicts without knowing the row: for the training means, or on average over
 *     the background
 * @param contributions of the features, in the model's order and the target's unit; base and
 *     contributions add up to {@code predict}, but for rounding: to 10⁻⁵ of the largest of them
 *     where the model computes in float32, to 10⁻⁹ in float64
 * @param method how the contributions were found
 */
public record Explanation(double predict, double base, List<Double> contributions, Method method) {

    /** How contributions are found. */
    public enum Method {
        /** Exactly: weight times distance from the training mean. */
        LINEAR,
        /** By Shapley values, estimated over the background. */
        SHAPLEY;

        /** The name as it stands in an answer: {@code linear}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What rounding in float32 may add up to. */
    static final double ROUNDING = 1e-5;

    public Explanation {
        contributions = List.copyOf(contributions);
        if (!addsUp(predict, base, contributions, ROUNDING)) {
            throw new IllegalArgumentException(
                    base + " and " + contributions + " do not add up to " + predict);
        }
    }

    /**
     * Whether base and contributions add up to the prediction.
     *
     * @param tolerance relative to the largest of them
     */
    static boolean addsUp(
            double predict, double base, List<Double> contributions, double tolerance) {
        double sum = base;
        double largest = Math.max(Math.abs(predict), Math.abs(base));
        for (double contribution : contributions) {
            sum += contribution;
            largest = Math.max(largest, Math.abs(contribution));
        }
        return Math.abs(sum - predict) <= tolerance * largest;
    }
}
