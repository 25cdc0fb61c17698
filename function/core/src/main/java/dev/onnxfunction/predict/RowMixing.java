package dev.onnxfunction.predict;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.model.RunException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out whether a graph mixes the rows of a call, such as one that subtracts their mean: a row
 * is then predicted otherwise beside other rows than alone.
 */
final class RowMixing {

    /**
     * What rounding may make of a sum in float32 in another order, as a share of the largest
     * prediction; a graph that mixes rows which differ by half is far beyond.
     */
    private static final double ROUNDING = 1e-4;

    /** The same in float16. */
    private static final double COARSE_ROUNDING = 4e-3;

    private RowMixing() {}

    /**
     * How far the predictions, or the bounds, of the same row are apart, alone and beside other
     * rows, in the target's unit; 0 if only by rounding. Adds rows to the batch and runs the model.
     *
     * @param row the only row of the batch, which the model has predicted
     * @throws InvalidRowsException if the model does not take another row, which is made up
     * @throws RunException if it fails for several rows
     */
    static double gap(OnnxModel model, Predict predict, Map<String, Object> row, Batch batch) {
        double[] alone = answer(batch, 0);
        predict.read(List.of(other(row), row), batch);
        model.run(batch, 0, 3);
        double[] between = answer(batch, 1);
        double rounding = model.isHalfPrecision() ? COARSE_ROUNDING : ROUNDING;
        // At both ends, because sums over rows may run from either.
        return Math.max(
                gap(alone, answer(batch, 0), between, rounding),
                gap(alone, answer(batch, 2), between, rounding));
    }

    private static double[] answer(Batch batch, int row) {
        return new double[] {batch.prediction(row), batch.lower(row), batch.upper(row)};
    }

    private static double gap(double[] alone, double[] beside, double[] other, double rounding) {
        double largest = 0;
        for (int i = 0; i < alone.length; i++) {
            largest = Math.max(largest, gap(alone[i], beside[i], other[i], rounding));
        }
        return largest;
    }

    /**
     * @param other what another row gets, so that a prediction near 0 does not make a rounding of
     *     large numbers seem large
     */
    private static double gap(double alone, double beside, double other, double rounding) {
        if (Double.compare(alone, beside) == 0) {
            return 0;
        }
        double gap = Math.abs(alone - beside);
        double largest = Math.max(Math.abs(alone), Math.abs(beside));
        double scale = Double.isFinite(other) ? Math.max(largest, Math.abs(other)) : largest;
        if (Double.isFinite(gap)) {
            return gap > rounding * scale ? gap : 0;
        }
        return Double.POSITIVE_INFINITY; // One of them is no number, and the other is.
    }

    /** A row whose numbers are other ones, about half as large again; texts stay. */
    private static Map<String, Object> other(Map<String, Object> row) {
        Map<String, Object> other = new HashMap<>(row);
        for (Map.Entry<String, Object> value : other.entrySet()) {
            if (value.getValue() instanceof Long || value.getValue() instanceof Integer) {
                value.setValue(((Number) value.getValue()).longValue() * 3 / 2 + 1);
            } else if (value.getValue() instanceof Number number) {
                value.setValue(1.5 * number.doubleValue() + 1);
            }
        }
        return other;
    }
}
