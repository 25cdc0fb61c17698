package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.statistics.ErrorRatio;
import dev.onnxfunction.rollout.gates.statistics.PairedErrors;

import java.util.OptionalLong;

/**
 * Whether the rows show that the candidate's errors are no larger than live's.
 *
 * @param file the source of the rows, for messages
 * @param limits of the errors
 * @param errors of both models
 */
record RmseGate(String file, EvaluationLimits limits, PairedErrors errors) {

    GateResult result() {
        ErrorRatio ratio = errors.ratio();
        Status result = result(ratio);
        String needed = needed(ratio);
        boolean undecided = result == Status.INCONCLUSIVE;
        return new GateResult(
                "RMSE",
                Figures.of(errors.liveRmse()),
                Figures.of(errors.candidateRmse()) + ", " + Figures.of(ratio),
                "≤ × " + limits.rmseRatio(),
                result,
                undecided ? needed : "",
                switch (result) {
                    case FAILED -> worse(ratio);
                    case INCONCLUSIVE -> limits.inconclusivePasses() ? "" : open(ratio, needed);
                    default -> "";
                });
    }

    private Status result(ErrorRatio ratio) {
        if (ratio.isWithin(limits.rmseRatio())) {
            return Status.PASSED;
        }
        return ratio.isBeyond(limits.rmseRatio()) ? Status.FAILED : Status.INCONCLUSIVE;
    }

    /** Estimates how many rows would decide, in words. */
    private String needed(ErrorRatio ratio) {
        OptionalLong rows = ratio.rowsToDecide(limits.rmseRatio(), errors.rows());
        return rows.isPresent()
                ? "about %s rows would decide".formatted(Figures.rough(rows.getAsLong()))
                : "more rows might decide";
    }

    private String worse(ErrorRatio ratio) {
        return "Its RMSE on %s is %.3g × live's, %s."
                        .formatted(file, ratio.estimate(), Figures.confidence(ratio))
                + " Train a better model, or raise --max-rmse-ratio.";
    }

    private String open(ErrorRatio ratio, String needed) {
        return "Its RMSE on %s is %.3g × live's, %s, so the rows do not show"
                        .formatted(file, ratio.estimate(), Figures.confidence(ratio))
                + " whether it is at most %s ×; by this estimate, %s."
                        .formatted(limits.rmseRatio(), needed)
                + " Evaluate on more rows, or accept it with --inconclusive pass.";
    }
}
