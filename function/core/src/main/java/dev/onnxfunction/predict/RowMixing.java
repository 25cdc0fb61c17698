package dev.onnxfunction.predict;

import dev.onnxfunction.model.Batch;

import java.util.HashMap;
import java.util.Map;

/**
 * Tests whether a graph mixes the rows of a call, for example by subtracting their mean. Such a
 * graph predicts a row differently beside other rows than alone.
 */
final class RowMixing {

    /**
     * Maximum relative difference that the order of a float32 sum can cause, as a share of the
     * largest prediction. A graph that mixes rows exceeds it by far, because the rows differ by
     * half.
     */
    private static final double ROUNDING = 1e-4;

    /** The same in float16. */
    private static final double COARSE_ROUNDING = 4e-3;

    private final double[] alone;

    /**
     * Starts a test.
     *
     * @param batch its first row is predicted alone
     */
    RowMixing(Batch batch) {
        this.alone = answer(batch, 0);
    }

    /**
     * Returns the difference between the predictions or bounds of the same row alone and beside
     * other rows, in the target's unit; 0 if it is only rounding.
     *
     * @param batch three rows, predicted together: the same row, {@link #otherRow another}, and the
     *     same row again
     * @param halfPrecision whether the model computes in float16
     */
    double gap(Batch batch, boolean halfPrecision) {
        double[] between = answer(batch, 1);
        double rounding = halfPrecision ? COARSE_ROUNDING : ROUNDING;
        // At both ends, because sums over rows may start at either.
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
     * @param other another row's prediction, so that rounding of large numbers does not seem large
     *     beside a prediction near 0
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
        return Double.POSITIVE_INFINITY; // Only one of them is NaN.
    }

    /** Returns a row with numbers about half as large again and the same texts. */
    static Map<String, Object> otherRow(Map<String, Object> row) {
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
