package dev.onnxfunction.explain;

import dev.onnxfunction.explain.Explanation.Method;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a model that is linear in all its features, determined from predictions.
 *
 * <p>The weight of a feature is the change of the prediction when this feature alone moves to an
 * end of its training range. A model counts as linear if these weights predict {@value
 * LinearProbe#PROBES} rows drawn from within the ranges, half of them from their ends, which fails
 * for trees and networks. Each explained row is a further test: its prediction must be the sum of
 * base and contributions.
 */
final class LinearModel {

    private final double[] weights;
    private final double[] means;
    private final double base;
    private final double tolerance;

    /**
     * @param weights change of the prediction with each feature, in the model's order
     * @param means training means of the features
     * @param base prediction for the means
     * @param tolerance relative error of a prediction that rounding explains
     */
    LinearModel(double[] weights, double[] means, double base, double tolerance) {
        this.weights = weights;
        this.means = means;
        this.base = base;
        this.tolerance = tolerance;
    }

    /**
     * Explains a predicted row.
     *
     * @return null if the model is not linear for this row: a value is missing, or it is far out
     */
    @Nullable Explanation explain(Batch rows, int row) {
        List<Double> contributions = new ArrayList<>(weights.length);
        for (Column column : rows.columns()) {
            int i = contributions.size();
            contributions.add(weights[i] * (column.number(rows, row) - means[i]));
        }
        double predict = rows.prediction(row);
        return Explanation.addsUp(predict, base, contributions, tolerance)
                ? new Explanation(predict, base, contributions, Method.LINEAR)
                : null;
    }
}
