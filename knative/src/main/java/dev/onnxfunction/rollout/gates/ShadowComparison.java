package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.GateException.Kind;
import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.statistics.Statistics;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Compares a candidate's responses to copies of requests with live's responses to the clients. */
final class ShadowComparison {

    /** Fewer different predictions give no usable standard deviation. */
    private static final int LEAST_DIFFERENT = 20;

    private final ErrorBudget budget;
    private final double maxShift;
    private final DoubleSupplier accepted;
    private final AttemptCounts counts = new AttemptCounts();
    private final List<double[]> candidates = new ArrayList<>();
    private final List<double[]> lives = new ArrayList<>();
    private int rows;
    private String lastFailure = "";

    /**
     * @param budget of requests that the candidate may refuse or fail
     * @param maxShift of its predictions, in standard deviations of live's
     * @param accepted how far they may move in any case, because they do so on labelled rows, in
     *     the target's unit
     */
    ShadowComparison(ErrorBudget budget, double maxShift, DoubleSupplier accepted) {
        this.budget = budget;
        this.maxShift = maxShift;
        this.accepted = accepted;
    }

    /**
     * Sends the candidate a copy.
     *
     * @throws GateException if it could not be tested, through no known fault of its own
     */
    void add(FunctionClient candidate, ShadowedRequest request)
            throws GateException, InterruptedException {
        counts.asked();
        try {
            double[] own = ShadowedRequest.predictions(candidate.replay(request.body()));
            if (own == null || own.length != request.predictions().length) {
                fail("an answer without a prediction for each row");
                return;
            }
            candidates.add(own);
            lives.add(request.predictions());
            rows += own.length;
        } catch (GateException e) {
            if (e.kind() == Kind.UNAUTHORIZED || e.kind() == Kind.NO_GATEWAY) {
                throw e;
            }
            ProblemResponse refusal = e.refusal();
            fail(refusal == null ? "no whole answer" : refusal.toString());
        }
    }

    private void fail(String how) {
        counts.failed();
        lastFailure = how;
    }

    /** How many rows both have predicted. */
    int rows() {
        return rows;
    }

    /** Whether more copies failed than the budget allows. */
    boolean isFailed() {
        return budget.isExceeded(counts);
    }

    /** Such as {@code 0 of 98 requests refused or failed}. */
    String failures() {
        return "%d of %d requests refused or failed"
                .formatted(counts.failures(), counts.requests());
    }

    /** The findings so far. */
    List<GateResult> results() {
        List<GateResult> results = new ArrayList<>();
        results.add(errors());
        GateResult shift = shift();
        if (shift != null) {
            results.add(shift);
        }
        return results;
    }

    private GateResult errors() {
        String problem =
                isFailed()
                        ? "Of copies of requests that live answered, %d of %d were refused or failed, the last one with %s."
                                        .formatted(
                                                counts.failures(), counts.requests(), lastFailure)
                                + " Compare GET /model of both: clients must send what the"
                                + " candidate takes before it is deployed."
                        : "";
        return new GateResult("shadow errors", "", failures(), budget.limit(), problem);
    }

    private @Nullable GateResult shift() {
        if (rows == 0) {
            return null;
        }
        double[] live = joined(lives);
        long different = Arrays.stream(live).distinct().limit(LEAST_DIFFERENT).count();
        if (different < LEAST_DIFFERENT) {
            String why = "live predicts only " + different + " different values for " + rows;
            return GateResult.unknown("shadow shift", "", "not compared", why + " rows");
        }
        double shift = Statistics.shift(joined(candidates), live);
        double limit =
                ShiftGate.elsewhere(maxShift, accepted.getAsDouble(), Statistics.deviation(live));
        String problem =
                shift <= limit
                        ? ""
                        : "On %d rows of clients, its predictions are %.3g standard deviations from live's. Check whether that is intended, and raise --max-shift if so."
                                .formatted(rows, shift);
        return new GateResult(
                "shadow shift",
                "",
                Figures.of(shift) + " sd",
                ShiftGate.text(limit),
                problem.isEmpty() ? Status.PASSED : Status.FAILED,
                rows + " rows",
                problem);
    }

    private static double[] joined(List<double[]> parts) {
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
    }
}
