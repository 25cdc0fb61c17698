package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.statistics.DistributionShift;
import dev.onnxfunction.rollout.gates.statistics.Predictions;

/**
 * Whether the candidate's predictions for users differ from live's.
 *
 * @param limit in standard deviations of live's predictions, not negative
 * @param accepted how far the candidate may move in any case, because it does so on labelled rows,
 *     in the target's unit
 * @param level maximum probability that a candidate at the limit ever fails
 */
record UserShiftGate(double limit, double accepted, double level) {

    GateResult result(Predictions live, Predictions candidate) {
        String gate = "users: shift";
        if (!live.isFinite()) {
            return GateResult.unknown(gate, "", "", "live's are too large to add up");
        }
        if (!candidate.isFinite()) {
            return new GateResult(
                    gate,
                    "",
                    "too large to add up",
                    ShiftGate.text(limit),
                    "At least one of its predictions for users is beyond ±1e77, and none of live's"
                            + " is. Train a model that predicts plausible values for what clients"
                            + " send.");
        }
        if (live.requests() < DistributionShift.LEAST
                || candidate.requests() < DistributionShift.LEAST) {
            return GateResult.unknown(gate, "", "", "too few predictions")
                    .with(
                            Status.INCONCLUSIVE,
                            "judged on %.0f and %.0f requests"
                                    .formatted(live.requests(), candidate.requests()));
        }
        if (live.deviation() == 0) {
            return GateResult.unknown(
                    gate, figures(live), figures(candidate), "live's are all alike");
        }
        DistributionShift shift = new DistributionShift(live, candidate);
        double most = ShiftGate.elsewhere(limit, accepted, live.deviation());
        return new GateResult(
                gate,
                figures(live),
                figures(candidate) + ", " + Figures.of(shift.estimate()) + " sd",
                ShiftGate.text(most),
                shift.isAbove(most, level)
                        ? "Its predictions for users are %.3g standard deviations from live's. Check whether that is intended, and raise --max-shift if so."
                                .formatted(shift.estimate())
                        : "");
    }

    /** Mean and standard deviation. */
    private static String figures(Predictions predictions) {
        return Figures.of(predictions.mean()) + " ± " + Figures.of(predictions.deviation());
    }
}
