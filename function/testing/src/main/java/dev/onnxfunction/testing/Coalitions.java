package dev.onnxfunction.testing;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * Shapley values by their definition (Shapley, <i>A value for n-person games</i>, 1953): computed
 * over every coalition of features and every row of a background.
 */
public final class Coalitions {

    private final ToDoubleFunction<double[]> model;
    private final double[][] background;

    public Coalitions(ToDoubleFunction<double[]> model, double[][] background) {
        this.model = model;
        this.background = background;
    }

    /** Returns the mean prediction over the background. */
    public double base() {
        return Arrays.stream(background).mapToDouble(model).average().orElseThrow();
    }

    /** Returns the Shapley value of each feature of a row. */
    public double[] shapleyValues(double... row) {
        double[] values = new double[row.length];
        for (int feature = 0; feature < row.length; feature++) {
            for (int others = 0; others < 1 << row.length; others++) {
                if ((others & 1 << feature) == 0) {
                    double gain = worth(row, others | 1 << feature) - worth(row, others);
                    values[feature] += weight(Integer.bitCount(others), row.length) * gain;
                }
            }
        }
        return values;
    }

    /**
     * Returns the mean prediction over the background with the coalition's features set to the
     * row's values.
     */
    private double worth(double[] row, int coalition) {
        double sum = 0;
        for (double[] other : background) {
            double[] mix = other.clone();
            for (int i = 0; i < row.length; i++) {
                mix[i] = (coalition & 1 << i) != 0 ? row[i] : other[i];
            }
            sum += model.applyAsDouble(mix);
        }
        return sum / background.length;
    }

    /** Returns the share of all orders in which exactly these others come before the feature. */
    private static double weight(int others, int all) {
        return factorial(others) * factorial(all - others - 1) / factorial(all);
    }

    private static double factorial(int number) {
        return number < 2 ? 1 : number * factorial(number - 1);
    }
}
