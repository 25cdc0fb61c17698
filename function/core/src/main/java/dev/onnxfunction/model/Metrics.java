package dev.onnxfunction.model;

import org.jspecify.annotations.Nullable;

/**
 * How well rows are predicted by a model that was not fitted on them.
 *
 * @param rmse root of the mean squared error, in the target's unit, at least 0
 * @param mae mean absolute error, in the target's unit, at least 0
 * @param r2 coefficient of determination, at most 1
 * @param rows rows that were measured, at least 2
 * @param folds of the cross-validation, at least 2; absent where the rows were held out
 */
public record Metrics(double rmse, double mae, double r2, long rows, @Nullable Long folds) {

    public Metrics {
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
    }
}
