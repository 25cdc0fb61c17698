package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.rows.Numbers;
import dev.onnxfunction.rollout.gates.statistics.Coverage;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Whether the candidate's prediction intervals contain the true value as often as its card
 * promises.
 *
 * @param file the source of the rows, for messages
 * @param rows that were predicted
 * @param limits whether intervals may be missing
 */
record IntervalGate(String file, LabelledRows rows, EvaluationLimits limits) {

    /**
     * Judges the candidate; live is only shown.
     *
     * @param live the live model; null if there is none
     * @param ofLive its predictions; null if there is none
     * @return nothing if neither model has intervals
     */
    List<GateResult> results(
            ModelCard candidate,
            RowPredictions ofCandidate,
            @Nullable ModelCard live,
            @Nullable RowPredictions ofLive) {
        boolean shown =
                live != null && ofLive != null && live.level() != null && ofLive.hasIntervals();
        String lives = shown && ofLive != null ? text(coverage(ofLive)) : "";
        Double level = candidate.level();
        if (level == null) {
            return shown ? List.of(missing(lives)) : List.of();
        }
        String limit = "≥ " + Numbers.text(100 * level) + " %";
        if (!ofCandidate.hasIntervals()) {
            String problem =
                    "Its card promises intervals, but its answers have none. Export the model"
                            + " again.";
            return List.of(new GateResult("interval", lives, "none", limit, problem));
        }
        Coverage coverage = coverage(ofCandidate);
        Double before = shown && live != null ? live.level() : null;
        String problem = problem(before, level, coverage);
        return List.of(new GateResult("interval", lives, text(coverage), limit, problem));
    }

    private GateResult missing(String lives) {
        if (limits.allowIntervalChange()) {
            return GateResult.unknown("interval", lives, "none", "nothing to compare");
        }
        String problem =
                "Its card declares no prediction intervals, but live has some, so clients would"
                        + " lose them. Export the model with intervals, or give"
                        + " --allow-interval-change.";
        return new GateResult("interval", lives, "none", "", problem);
    }

    /**
     * Clients read the bounds as those of live's level.
     *
     * @param before live's level; null if it has no intervals
     */
    private String problem(@Nullable Double before, double level, Coverage coverage) {
        if (before == null || before == level || limits.allowIntervalChange()) {
            return coverage.isBelow(level) ? tooFew(coverage, level) : "";
        }
        return "Its card declares intervals of %s %%, and live's of %s %%, so its bounds would mean"
                        .formatted(Numbers.text(100 * level), Numbers.text(100 * before))
                + " something else to clients. Export the model with live's level, or give"
                + " --allow-interval-change.";
    }

    private Coverage coverage(RowPredictions answers) {
        return Coverage.of(answers.lower(), answers.upper(), rows.truth(), rows.observations());
    }

    private static String text(Coverage coverage) {
        return "%.1f %%, width %.4g".formatted(100 * coverage.share(), coverage.meanWidth());
    }

    private String tooFew(Coverage coverage, double level) {
        return "Its intervals contain the true value of %d of %d rows of %s, so they are shown to miss it more than %s times as often as the"
                        .formatted(coverage.covered(), coverage.rows(), file, Coverage.MISSES)
                + " level of "
                + Numbers.text(100 * level)
                + " % on its card promises."
                + " Calibrate the intervals on rows like these, and export the model again.";
    }
}
