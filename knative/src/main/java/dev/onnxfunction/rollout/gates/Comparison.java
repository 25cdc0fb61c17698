package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Compares what a candidate predicts: with the exporter, with the truth, with the live one. */
final class Comparison {

    private static final double TOLERANCE = 1e-9;

    private final Limits limits;
    private final Card card;
    private final FunctionClient candidate;
    private final @Nullable FunctionClient live;

    /** What was asked so far, and what it is moved by. */
    private final List<JsonNode> rows = new ArrayList<>();

    private double[] ofCandidate = {};
    private double[] ofLive = {};

    Comparison(Limits limits, Card card, FunctionClient candidate, @Nullable FunctionClient live) {
        this.limits = limits;
        this.card = card;
        this.candidate = candidate;
        this.live = live;
    }

    /** Whether it predicts what the exporter predicted. */
    Finding parity(Parity parity) throws GateException, InterruptedException {
        predict(parity.rows());
        double[] exported = parity.predictions().stream().mapToDouble(x -> x).toArray();
        double error = Statistics.relativeError(ofCandidate, exported);
        double limit = tolerance(parity);
        String problem =
                error <= limit
                        ? ""
                        : "It predicts other than the exporter did, by %.2g relative. Export the"
                                        .formatted(error)
                                + " model again, or give the rows that belong to it.";
        return new Finding(
                "parity", "", "%.1e".formatted(error), "≤ %.0e".formatted(limit), problem);
    }

    private double tolerance(Parity parity) {
        if (limits.tolerance() != null) {
            return limits.tolerance();
        }
        return parity.tolerance() == null ? TOLERANCE : parity.tolerance();
    }

    /** Whether it is as good as live on labelled rows. */
    Finding errors(Evaluation evaluation, @Nullable String target)
            throws GateException, InterruptedException {
        String column = target == null ? card.target() : target;
        if (column == null) {
            throw new GateException(
                    "The model has no card that names its target. Name it with --target.", false);
        }
        double[] truth = evaluation.truth(column);
        predict(evaluation.rows(column, card.types()));
        double own = Statistics.rmse(ofCandidate, truth);
        if (live == null) {
            return new Finding("RMSE", "", figure(own), "", "");
        }
        double lives = Statistics.rmse(ofLive, truth);
        String problem =
                own <= limits.errors().rmseRatio() * lives
                        ? ""
                        : "Its RMSE on %s is %.3g × live's. Train a better one, or raise"
                                        .formatted(evaluation.file(), own / lives)
                                + " --max-rmse-ratio.";
        return new Finding(
                "RMSE", figure(lives), figure(own), "× " + limits.errors().rmseRatio(), problem);
    }

    /** How far its predictions are from live's, on the rows that were asked last. */
    Finding shift() {
        if (rows.size() < 2) {
            return new Finding("shift", "", "not asked", "no rows given", "");
        }
        double shift = Statistics.shift(ofCandidate, ofLive);
        String problem =
                shift <= limits.shift()
                        ? ""
                        : "Its predictions are %.3g standard deviations from live's. See whether"
                                        .formatted(shift)
                                + " that is meant, and raise --max-shift if so.";
        return new Finding(
                "shift", "", figure(shift) + " sd", "≤ " + limits.shift() + " sd", problem);
    }

    List<String> histogram() {
        return rows.size() < 2
                ? List.of("Not known: give rows with --parity or --evaluation.")
                : Histogram.of(ofCandidate, ofLive);
    }

    /** Rows to ask one by one, at least one. */
    List<JsonNode> rows() throws GateException {
        if (!rows.isEmpty()) {
            return List.copyOf(rows);
        }
        if (card.example() == null) {
            throw new GateException(
                    "There is no row to ask: the model has no card with an example. Give rows with"
                            + " --parity or --evaluation.",
                    false);
        }
        return List.of(card.example());
    }

    private void predict(List<JsonNode> asked) throws GateException, InterruptedException {
        rows.clear();
        rows.addAll(asked);
        ofCandidate = candidate.predict(asked).predictions();
        if (live != null) {
            ofLive = live.predict(asked).predictions();
        }
    }

    private static String figure(double value) {
        return "%.4g".formatted(value);
    }
}
