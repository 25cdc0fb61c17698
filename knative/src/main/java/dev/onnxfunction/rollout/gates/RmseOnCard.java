package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.statistics.Statistics;

import java.util.List;

/**
 * Points out a card whose RMSE is not that of the model. Clients read it at {@code GET /model}.
 * This stops no candidate, because the rows of the evaluation may be harder than those that its
 * authors held out.
 */
final class RmseOnCard {

    /** Ratio of the two, beyond which the row is shown. */
    private static final double NOTEWORTHY = 1.5;

    private RmseOnCard() {}

    /** Nothing if the card declares no RMSE, or about the one that was measured. */
    static List<GateResult> results(ModelCard card, double[] predictions, double[] truth) {
        Double declared = card.heldOutRmse();
        if (declared == null) {
            return List.of();
        }
        double measured = Statistics.rmse(predictions, truth);
        if (measured <= NOTEWORTHY * declared && declared <= NOTEWORTHY * measured) {
            return List.of();
        }
        return List.of(
                new GateResult(
                        "RMSE on card",
                        "",
                        Figures.of(declared),
                        "",
                        Status.UNKNOWN,
                        "measured: " + Figures.of(measured),
                        ""));
    }
}
