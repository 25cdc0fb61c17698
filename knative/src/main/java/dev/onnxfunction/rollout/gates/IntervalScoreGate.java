package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.rows.Numbers;
import dev.onnxfunction.rollout.gates.statistics.ErrorRatio;
import dev.onnxfunction.rollout.gates.statistics.IntervalScores;

import java.util.List;

/**
 * Whether the candidate's intervals are not shown to be worse than live's: too wide, or too narrow.
 * Both are scored at live's level, whatever the candidate's card promises.
 *
 * @param file the source of the rows, for messages
 * @param rows that were predicted
 * @param limits of the errors
 */
record IntervalScoreGate(String file, LabelledRows rows, EvaluationLimits limits) {

    private static final String NAME = "interval score";

    /** Nothing if the candidate has no intervals: {@link IntervalGate} judges that. */
    List<GateResult> results(
            ModelCard candidate,
            RowPredictions ofCandidate,
            ModelCard live,
            RowPredictions ofLive) {
        if (candidate.level() == null || !ofCandidate.hasIntervals()) {
            return List.of();
        }
        Double level = live.level();
        if (level == null || !ofLive.hasIntervals()) {
            return List.of(
                    GateResult.unknown(NAME, "none", "", "live has no intervals to compare with"));
        }
        return List.of(
                result(
                        new IntervalScores(
                                scores(ofLive, level),
                                scores(ofCandidate, level),
                                rows.observations()),
                        level));
    }

    private double[] scores(RowPredictions answers, double level) {
        return IntervalScores.of(answers.lower(), answers.upper(), rows.truth(), level);
    }

    private GateResult result(IntervalScores scores, double level) {
        ErrorRatio ratio = scores.ratio();
        boolean worse = ratio.isBeyond(limits.rmseRatio());
        boolean allowed = worse && limits.allowIntervalChange();
        return new GateResult(
                NAME,
                Figures.of(scores.meanOfLive()),
                Figures.of(scores.meanOfCandidate()) + ", " + Figures.of(ratio),
                "≤ × " + limits.rmseRatio(),
                worse ? (allowed ? Status.UNKNOWN : Status.FAILED) : Status.PASSED,
                allowed ? "worse, but allowed" : "",
                worse && !allowed ? problem(ratio, level) : "");
    }

    private String problem(ErrorRatio ratio, double level) {
        return "The mean interval score of its intervals on %s, at live's level of %s %%, is %.3g ×"
                        .formatted(file, Numbers.text(100 * level), ratio.estimate())
                + " live's, %s, so they are too wide or too narrow."
                        .formatted(Figures.confidence(ratio))
                + " Calibrate the intervals and export the model again, or give"
                + " --allow-interval-change.";
    }
}
