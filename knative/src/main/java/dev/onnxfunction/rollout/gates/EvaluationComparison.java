package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.statistics.PairedErrors;
import dev.onnxfunction.rollout.gates.statistics.Statistics;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The predictions of two models for labelled rows that neither was trained on.
 *
 * @param file the source of the rows, for messages
 * @param rows that were predicted
 * @param candidate the candidate's model
 * @param ofCandidate its predictions
 * @param live the live model; null if there is none
 * @param ofLive its predictions; null if there is none
 */
record EvaluationComparison(
        String file,
        LabelledRows rows,
        ComparedModel candidate,
        RowPredictions ofCandidate,
        @Nullable ComparedModel live,
        @Nullable RowPredictions ofLive) {

    /** Sends the rows to both models, to each with its own features. */
    static EvaluationComparison of(
            String file, LabelledRows rows, ComparedModel candidate, @Nullable ComparedModel live)
            throws GateException, InterruptedException {
        return new EvaluationComparison(
                file,
                rows,
                candidate,
                candidate.client().predict(rows.candidateRows()),
                live,
                live == null ? null : live.client().predict(rows.liveRows()));
    }

    /** Which rows were predicted, in words. */
    String description() {
        return "the %d rows of %s".formatted(rows.candidateRows().size(), file);
    }

    /** The results of the gates on these predictions. */
    List<GateResult> results(Limits limits) {
        List<GateResult> results = new ArrayList<>();
        double[] own = ofCandidate.predictions();
        if (ofLive == null) {
            double rmse = Statistics.rmse(own, rows.truth());
            results.add(new GateResult("RMSE", "", Figures.of(rmse), "", ""));
        } else {
            PairedErrors errors = errors(ofLive);
            results.add(new RmseGate(file, limits.errors(), errors).result());
            results.addAll(new GroupGate(file, limits.errors(), errors).results(rows.groups()));
        }
        results.addAll(RmseOnCard.results(candidate.card(), own, rows.truth()));
        results.addAll(
                new IntervalGate(file, rows, limits.errors())
                        .results(
                                candidate.card(),
                                ofCandidate,
                                live == null ? null : live.card(),
                                ofLive));
        if (live != null && ofLive != null) {
            results.addAll(
                    new IntervalScoreGate(file, rows, limits.errors())
                            .results(candidate.card(), ofCandidate, live.card(), ofLive));
            results.add(shift(limits, ofLive).result());
        }
        return results;
    }

    /**
     * How far the predictions are from live's.
     *
     * @param lives predictions of live for the labelled rows
     */
    ShiftGate shift(Limits limits, RowPredictions lives) {
        return ShiftGate.of(limits, ofCandidate.predictions(), lives.predictions(), errors(lives));
    }

    private PairedErrors errors(RowPredictions lives) {
        return PairedErrors.of(
                lives.predictions(), ofCandidate.predictions(), rows.truth(), rows.observations());
    }

    /** Histogram of the differences in lines of text; empty without a live model. */
    List<String> histogram() {
        return ofLive == null
                ? List.of()
                : DifferenceHistogram.of(ofCandidate.predictions(), ofLive.predictions());
    }
}
