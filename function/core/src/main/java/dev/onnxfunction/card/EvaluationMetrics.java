package dev.onnxfunction.card;

import org.jspecify.annotations.Nullable;

/**
 * Errors of predictions for rows that the model was not fitted on.
 *
 * @param rmse root of the mean squared error, in the target's unit, at least 0
 * @param mae mean absolute error, in the target's unit, at least 0
 * @param r2 coefficient of determination, at most 1
 * @param rows number of measured rows, at least 2
 * @param folds folds of the cross-validation, at least 2; null if the rows were held out
 * @param repeats repetitions of the cross-validation with other folds, at least 1; the errors are
 *     then means over the repeats
 * @param std standard deviations of the errors from fold to fold
 */
public record EvaluationMetrics(
        double rmse,
        double mae,
        double r2,
        long rows,
        @Nullable Long folds,
        @Nullable Long repeats,
        @Nullable Spread std) {

    /**
     * Standard deviations, at least 0.
     *
     * @param rmse in the target's unit
     * @param mae in the target's unit
     * @param r2 without a unit
     */
    public record Spread(double rmse, double mae, double r2) {

        public Spread {
            if (rmse < 0 || mae < 0 || r2 < 0) {
                throw new IllegalArgumentException("has a negative deviation, must be >= 0");
            }
        }
    }

    public EvaluationMetrics {
        if (rmse < 0 || mae < 0) {
            throw new IllegalArgumentException("has a negative error, must be >= 0");
        }
        if (r2 > 1) {
            throw new IllegalArgumentException("has r2 " + r2 + ", must be at most 1");
        }
        if (rows < 2) {
            throw new IllegalArgumentException("has rows " + rows + ", must be at least 2");
        }
        if (folds != null && folds < 2) {
            throw new IllegalArgumentException("has folds " + folds + ", must be at least 2");
        }
        if (repeats != null && repeats < 1) {
            throw new IllegalArgumentException("has repeats " + repeats + ", must be at least 1");
        }
    }
}
