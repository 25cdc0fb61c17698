package dev.onnxfunction.rollout.gates.statistics;

import java.util.stream.DoubleStream;

/**
 * Evidence against a hypothesis that may be evaluated after each observation: the average of the
 * likelihood ratios of some alternatives to the hypothesis. If the hypothesis is true, it ever
 * reaches 1/α with a probability of at most α (J. Ville, <i>Étude critique de la notion de
 * collectif</i>, 1939), however often and whenever it is evaluated, so that no schedule has to be
 * planned (P. Grünwald, R. de Heide, W. Koolen, <i>Safe testing</i>, Journal of the Royal
 * Statistical Society B 86, 2024).
 */
final class Evidence {

    /** The alternatives, as factors of the hypothesis's odds. */
    static final double[] ODDS = {1.25, 1.5, 2, 3, 5, 10, 30, 100, 1000};

    /** Their logarithms. */
    static final double[] LOG_ODDS = DoubleStream.of(ODDS).map(Math::log).toArray();

    private final double[] logs = new double[ODDS.length];

    /**
     * Multiplies a likelihood ratio.
     *
     * @param alternative index in {@link #ODDS}
     * @param log of the ratio
     */
    void add(int alternative, double log) {
        logs[alternative] += log;
    }

    /** Whether the hypothesis is rejected at a level. */
    boolean rejects(double level) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            largest = Math.max(largest, log);
        }
        double needed = -Math.log(level);
        // The average is at most the largest ratio, which mostly decides without exponentials.
        return largest >= needed && logAverage(largest) >= needed;
    }

    private double logAverage(double largest) {
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - largest);
        }
        return largest + Math.log(sum / logs.length);
    }
}
