package dev.onnxfunction.rollout.gates.statistics;

import java.util.stream.DoubleStream;

/**
 * Predictions of a revision, as sums over requests of m, the mean of a request's predictions, and
 * q, the mean of their squares. A request counts as one observation, however many rows it has,
 * because traffic is split by request.
 *
 * @param requests number of requests
 * @param m sum of m
 * @param q sum of q
 * @param mm sum of m²
 * @param mq sum of m·q
 * @param qq sum of q²
 */
public record Predictions(double requests, double m, double q, double mm, double mq, double qq) {

    /** None yet. */
    public static final Predictions NONE = new Predictions(0, 0, 0, 0, 0, 0);

    /** A spread below this share of the mean is lost in rounding. */
    private static final double RESOLUTION = 1e-6;

    /** Those of both. */
    public Predictions plus(Predictions other) {
        return new Predictions(
                requests + other.requests,
                m + other.m,
                q + other.q,
                mm + other.mm,
                mq + other.mq,
                qq + other.qq);
    }

    /**
     * Whether all sums are numbers. They are not once a prediction is beyond about ±1e77, because
     * its fourth power exceeds the largest number.
     */
    public boolean isFinite() {
        return DoubleStream.of(m, q, mm, mq, qq).allMatch(Double::isFinite);
    }

    /** Mean prediction. */
    public double mean() {
        return m / requests;
    }

    /** Standard deviation of the predictions; 0 if they are all the same, but for rounding. */
    public double deviation() {
        double variance = q / requests - mean() * mean();
        double least = RESOLUTION * Math.abs(mean());
        return variance > least * least ? Math.sqrt(variance) : 0;
    }

    /**
     * The variance of a·(mean of m) + b·(standard deviation), to first order.
     *
     * @param a weight of the mean
     * @param b weight of the standard deviation
     */
    double variance(double a, double b) {
        double deviation = deviation();
        // d(deviation) = (dq − 2·mean·dm) / (2·deviation)
        double ofQ = deviation > 0 ? b / (2 * deviation) : 0;
        double ofM = a - 2 * mean() * ofQ;
        double squareMean = q / requests;
        double variance =
                ofM * ofM * (mm / requests - mean() * mean())
                        + 2 * ofM * ofQ * (mq / requests - mean() * squareMean)
                        + ofQ * ofQ * (qq / requests - squareMean * squareMean);
        return Math.max(0, variance) / (requests - 1);
    }
}
