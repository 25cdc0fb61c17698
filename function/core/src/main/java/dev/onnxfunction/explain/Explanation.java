package dev.onnxfunction.explain;

import java.util.List;
import java.util.Locale;

/**
 * The explanation of a prediction: base and contributions of the features add up to it.
 *
 * @param predict prediction for the row, in the target's unit
 * @param base prediction without knowing the row: for the training means, or the mean over the
 *     background
 * @param contributions of the features, in the model's order and the target's unit; base and
 *     contributions add up to {@code predict}, within 10⁻⁵ of the largest of them if the model
 *     computes in float32, 10⁻⁹ in float64
 * @param method how the contributions were computed
 */
public record Explanation(double predict, double base, List<Double> contributions, Method method) {

    /** How contributions are computed. */
    public enum Method {
        /** Exactly: weight times distance from the training mean. */
        LINEAR,
        /** By Shapley values, estimated over the background. */
        SHAPLEY;

        /** The name in responses, such as {@code linear}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Maximum relative sum of rounding in float32. */
    static final double ROUNDING = 1e-5;

    public Explanation {
        contributions = List.copyOf(contributions);
        if (!addsUp(predict, base, contributions, ROUNDING)) {
            throw new IllegalArgumentException(
                    base + " and " + contributions + " do not add up to " + predict);
        }
    }

    /**
     * Whether base and contributions are finite and add up to the prediction.
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
        return Double.isFinite(largest) && Math.abs(sum - predict) <= tolerance * largest;
    }
}
