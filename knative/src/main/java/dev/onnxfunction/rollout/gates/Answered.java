package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.statistics.PairedErrors;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What two models answer to labelled rows that neither was trained on.
 *
 * @param file where the rows are from, for messages
 * @param rows that were asked
 * @param candidate who answers
 * @param ofCandidate its answers
 * @param live null if there is none
 * @param ofLive its answers; null if there is none
 */
record Answered(
        String file,
        LabelledRows rows,
        Contender candidate,
        Answers ofCandidate,
        @Nullable Contender live,
        @Nullable Answers ofLive) {

    /** Asks both models, each with the features that it takes. */
    static Answered of(
            String file, LabelledRows rows, Contender candidate, @Nullable Contender live)
            throws GateException, InterruptedException {
        return new Answered(
                file,
                rows,
                candidate,
                candidate.client().predict(rows.candidateRows()),
                live,
                live == null ? null : live.client().predict(rows.liveRows()));
    }

    /** The findings of the gates that judge these answers. */
    List<Finding> findings(Limits limits) {
        List<Finding> findings = new ArrayList<>();
        double[] own = ofCandidate.predictions();
        if (ofLive == null) {
            double rmse = Statistics.rmse(own, rows.truth());
            findings.add(new Finding("RMSE", "", Figures.of(rmse), "", ""));
        } else {
            PairedErrors errors =
                    PairedErrors.of(ofLive.predictions(), own, rows.truth(), rows.observations());
            findings.add(new ErrorGate(file, limits.errors(), errors).finding());
            findings.addAll(new GroupGate(file, limits.errors(), errors).findings(rows.groups()));
        }
        findings.addAll(
                new IntervalGate(file, rows)
                        .findings(
                                candidate.card(),
                                ofCandidate,
                                live == null ? null : live.card(),
                                ofLive));
        if (ofLive != null) {
            findings.add(shift(own, ofLive.predictions(), limits.shift()));
        }
        return findings;
    }

    private static Finding shift(double[] own, double[] lives, double limit) {
        double shift = Statistics.shift(own, lives);
        String problem =
                shift <= limit
                        ? ""
                        : "Its predictions are %.3g standard deviations from live's. Check whether"
                                        .formatted(shift)
                                + " that is intended, and raise --max-shift if so.";
        return new Finding("shift", "", Figures.of(shift) + " sd", "≤ " + limit + " sd", problem);
    }

    /** Histogram of the differences in lines of text; empty without a live model. */
    List<String> histogram() {
        return ofLive == null
                ? List.of()
                : Histogram.of(ofCandidate.predictions(), ofLive.predictions());
    }
}
