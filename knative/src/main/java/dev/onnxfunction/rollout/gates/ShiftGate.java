package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.statistics.PairedErrors;
import dev.onnxfunction.rollout.gates.statistics.Statistics;

/**
 * Whether the candidate's predictions for the labelled rows are near enough to live's. A better
 * model has to move where live errs, so one that is shown to be as good may move as far as errors
 * that are not opposed can be apart, which is further than a few standard deviations if live
 * explains little.
 *
 * @param limit in standard deviations of live's predictions, not negative
 * @param moved root mean square of the differences, in the target's unit
 * @param deviation standard deviation of live's predictions, in the target's unit
 * @param errors root of the sum of both mean squared errors, in the target's unit; 0 unless the
 *     candidate is shown to be as good as live
 */
record ShiftGate(double limit, double moved, double deviation, double errors) {

    /** The limit in standard deviations that corresponds to the errors of both models. */
    private static final double OF_ERRORS = 0.75;

    /** How much further than on labelled rows an accepted candidate may move on others. */
    private static final double ELSEWHERE = 1.25;

    static ShiftGate of(Limits limits, double[] own, double[] lives, PairedErrors errors) {
        boolean isAsGood = errors.ratio().isWithin(limits.errors().rmseRatio());
        return new ShiftGate(
                limits.shift(),
                Statistics.rmse(own, lives),
                Statistics.deviation(lives),
                isAsGood ? Math.hypot(errors.liveRmse(), errors.candidateRmse()) : 0);
    }

    GateResult result() {
        double most = Math.max(limit * deviation, limit / OF_ERRORS * errors);
        double shift = moved == 0 ? 0 : moved / deviation;
        boolean isWidened = isWide() && errors > 0;
        return new GateResult(
                "shift",
                "",
                Figures.of(shift) + " sd",
                text(isWidened ? most / deviation : limit),
                moved <= most ? Status.PASSED : Status.FAILED,
                isWidened ? "limit from both RMSE" : "",
                moved <= most
                        ? ""
                        : "Its predictions are %.3g standard deviations from live's. Check whether that is intended, and raise --max-shift if so."
                                .formatted(shift));
    }

    /** Whether the predictions move further than the limit in standard deviations. */
    boolean isWide() {
        return moved > limit * deviation;
    }

    /**
     * How far the candidate moves on labelled rows, in the target's unit, if it is shown there to
     * be as good as live; else 0.
     */
    double accepted() {
        return errors > 0 ? moved : 0;
    }

    /** The limit between the labelled rows, in standard deviations of live's predictions. */
    double elsewhere() {
        return elsewhere(limit, accepted(), deviation);
    }

    /**
     * The limit for rows without true values, in standard deviations of live's predictions for
     * them.
     *
     * @param limit in standard deviations
     * @param accepted how far the candidate moves on labelled rows and may therefore also move
     *     here, in the target's unit
     * @param deviation standard deviation of live's predictions for these rows
     */
    static double elsewhere(double limit, double accepted, double deviation) {
        return accepted == 0 ? limit : Math.max(limit, ELSEWHERE * accepted / deviation);
    }

    /** Text of a limit in standard deviations. */
    static String text(double limit) {
        return "≤ " + Double.parseDouble("%.4g".formatted(limit)) + " sd";
    }
}
