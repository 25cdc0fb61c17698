package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.FunctionClient.Predicted;
import dev.onnxfunction.rollout.gates.GateException.Kind;
import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.SlowProbes.Side;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.Probes;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whether the candidate predicts something plausible for values that are within the features'
 * ranges but in no labelled row: a finite number, not far from the true values and from what live
 * predicts for such rows.
 *
 * @param compared the comparison on the labelled rows
 * @param distance how far, in widths of the range of those values
 * @param latency limits of the time that probes take
 */
record ProbeGate(EvaluationComparison compared, double distance, LatencyLimits latency) {

    private static final int FIRST = 4000;
    private static final int LATER = 500;

    private static final String NAME = "probes";

    /** What distinguishes the probes from the labelled rows. */
    private enum Values {
        OTHER(
                "other values within the ranges of the features",
                "is within the range of live's card and the file"),
        UNKNOWN("a category that no training data has", "no training data has");

        private final String noun;
        private final String clause;

        Values(String noun, String clause) {
            this.noun = noun;
            this.clause = clause;
        }
    }

    /** What a model answers: predictions, or the refusal of at least one probe. */
    private record Answers(
            ComparedModel model,
            List<JsonNode> rows,
            @Nullable Predicted predicted,
            @Nullable GateException refusal) {

        static Answers of(ComparedModel model, List<JsonNode> rows)
                throws GateException, InterruptedException {
            try {
                return new Answers(model, rows, model.client().probe(rows), null);
            } catch (GateException e) {
                if (e.kind() != Kind.REFUSAL) {
                    throw e;
                }
                return new Answers(model, rows, null, e);
            }
        }

        @Nullable RowPredictions predictions() {
            return predicted == null ? null : predicted.predictions();
        }

        /** For the comparison of times; null if there are none. */
        @Nullable Side side() {
            return predicted == null ? null : new Side(model.client(), rows, predicted.requests());
        }

        String text() {
            RowPredictions predictions = predictions();
            return predictions == null ? "refused" : predictions.span().toString();
        }
    }

    /**
     * Sends the probes.
     *
     * @param first whether to send many, as in the first round of the gates, or a few further ones
     */
    GateResult result(boolean first, RandomGenerator random)
            throws EvaluationException, GateException, InterruptedException {
        if (Double.isInfinite(distance)) {
            return GateResult.unknown(NAME, "", "not tested", "left out");
        }
        LabelledRows rows = compared.rows();
        ComparedModel live = compared.live();
        GateResult result = result(rows.probes(first ? FIRST : LATER, random), Values.OTHER, live);
        if (!first || live == null || !result.passed()) {
            return result;
        }
        Probes unknown = rows.unknownCategories(random);
        String problem = unknown.size() == 0 ? "" : result(unknown, Values.UNKNOWN, live).problem();
        if (problem.isEmpty()) {
            problem = slow(rows.beyond(LATER, random), live);
        }
        return problem.isEmpty() ? result : result.failing(problem);
    }

    private GateResult result(Probes probes, Values values, @Nullable ComparedModel live)
            throws EvaluationException, GateException, InterruptedException {
        Answers own = ofCandidate(probes);
        Answers lives = live == null ? null : ofLive(live, probes);
        GateResult result = result(probes, values, own, lives);
        String slow = result.passed() && lives != null ? slow(probes, own, lives) : "";
        return slow.isEmpty() ? result : result.failing(slow);
    }

    private Answers ofCandidate(Probes probes)
            throws EvaluationException, GateException, InterruptedException {
        return Answers.of(compared.candidate(), compared.rows().candidateRows(probes));
    }

    private Answers ofLive(ComparedModel live, Probes probes)
            throws EvaluationException, GateException, InterruptedException {
        return Answers.of(live, compared.rows().liveRows(probes));
    }

    /** Only whether probes take long, whose predictions nobody can judge. */
    private String slow(Probes probes, ComparedModel live)
            throws EvaluationException, GateException, InterruptedException {
        return slow(probes, ofCandidate(probes), ofLive(live, probes));
    }

    private String slow(Probes probes, Answers own, Answers lives)
            throws GateException, InterruptedException {
        if (probes.size() == 0) {
            return "";
        }
        Side candidate = own.side();
        Side live = lives.side();
        return candidate == null || live == null
                ? ""
                : new SlowProbes(probes, candidate, live, latency).problem();
    }

    private GateResult result(Probes probes, Values values, Answers own, @Nullable Answers lives) {
        String shown = lives == null ? "" : lives.text();
        if (own.refusal() != null && lives != null && lives.refusal() != null) {
            return GateResult.unknown(NAME, shown, own.text(), "live refuses some, too");
        }
        Span plausible = Span.of(compared.rows().truth());
        RowPredictions ofLive = lives == null ? null : lives.predictions();
        if (ofLive != null) {
            plausible = plausible.with(ofLive.span());
        }
        plausible = plausible.widened(distance);
        RowPredictions predictions = own.predictions();
        String problem =
                predictions == null
                        ? refused(values, own.refusal())
                        : implausible(probes, values, predictions, plausible);
        return new GateResult(
                NAME,
                shown,
                own.text(),
                plausible.toString(),
                problem.isEmpty() ? Status.PASSED : Status.FAILED,
                probes.size() + " rows",
                problem);
    }

    private String refused(Values values, @Nullable GateException refusal) {
        return "It refuses rows of %s with %s: %s Train a model that predicts them, or leave this gate out with --max-probe-distance Infinity."
                .formatted(compared.file(), values.noun, refusal == null ? "" : refusal.problem());
    }

    private String implausible(Probes probes, Values values, RowPredictions own, Span plausible) {
        for (int i = 0; i < probes.size(); i++) {
            Span answer = own.span(i);
            if (!plausible.contains(answer)) {
                return "For a row of %s with %s, which %s, it answers %s. Train a model that predicts plausible values for such rows, or raise --max-probe-distance."
                        .formatted(compared.file(), probes.description(i), values.clause, answer);
            }
        }
        return "";
    }
}
