package dev.onnxfunction.rollout.gates.statistics;

/**
 * How far the distribution of the candidate's predictions is from live's, where each request goes
 * to one of the two at random: √((difference of the means)² + (difference of the standard
 * deviations)²), in standard deviations of live's.
 *
 * <p>No pairing of the two distributions has a root mean square of the differences below this (M.
 * Gelbrich, <i>On a formula for the L² Wasserstein metric between measures on Euclidean and Hilbert
 * spaces</i>, Mathematische Nachrichten 147, 1990). So if this is above a limit, the shift on the
 * same rows is above it, too.
 *
 * @param live at least {@link #LEAST} requests, not all with the same predictions
 * @param candidate at least {@link #LEAST} requests
 */
public record DistributionShift(Predictions live, Predictions candidate) {

    /** Fewer requests have no reliable standard error. */
    public static final int LEAST = 50;

    /** The estimate. */
    public double estimate() {
        return distance() / live.deviation();
    }

    private double distance() {
        return Math.hypot(means(), deviations());
    }

    private double means() {
        return candidate.mean() - live.mean();
    }

    private double deviations() {
        return candidate.deviation() - live.deviation();
    }

    /**
     * Whether the shift is shown to be above a limit. It may be evaluated after each request: the
     * critical value is that of the normal mixture (S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon,
     * <i>Time-uniform, nonparametric, nonasymptotic confidence sequences</i>, Annals of Statistics
     * 49, 2021), which holds for means of many requests.
     *
     * @param limit not negative
     * @param level maximum probability that a shift of the limit ever leads to this
     */
    public boolean isAbove(double limit, double level) {
        double beyond = distance() - limit * live.deviation();
        double u = distance() == 0 ? 0 : means() / distance();
        double v = distance() == 0 ? 0 : deviations() / distance();
        double error = Math.sqrt(candidate.variance(u, v) + live.variance(-u, -v - limit));
        return beyond > critical(level) * error;
    }

    private double critical(double level) {
        double requests = 1 / (1 / live.requests() + 1 / candidate.requests());
        double time = requests / LEAST;
        return Math.sqrt((1 + 1 / time) * 2 * Math.log1p(Math.sqrt(1 + time) / (2 * level)));
    }
}
