package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.gates.GateException.Kind;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The gates in their order. The first one that fails ends the sequence, because the comparisons of
 * later ones would mean nothing.
 */
final class GateSequence {

    /** How long the ingress may need to route a new address. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(60);

    private final Limits limits;
    private final @Nullable String wanted;
    private final @Nullable ParityRows parity;
    private final @Nullable LabelledRowsSource evaluation;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final ProgressPrinter printer;
    private final Set<String> awaited = new HashSet<>();
    private final BehaviorGates behavior;

    private final SingleAnswers singles = new SingleAnswers();

    private double acceptedShift;

    /**
     * @param wanted {@code name@version} of the candidate's model; null for any
     * @param parity null to leave out the comparison with the exporter
     * @param evaluation null to leave out the comparison of errors
     */
    GateSequence(
            Limits limits,
            @Nullable String wanted,
            @Nullable ParityRows parity,
            @Nullable LabelledRowsSource evaluation,
            InstantSource clock,
            Sleeper sleeper,
            ProgressPrinter printer) {
        this.limits = limits;
        this.wanted = wanted;
        this.parity = parity;
        this.evaluation = evaluation;
        this.clock = clock;
        this.sleeper = sleeper;
        this.printer = printer;
        behavior = new BehaviorGates(limits);
    }

    /**
     * Checks the labelled rows against the live model, before there is a candidate.
     *
     * @return one row with the features of live
     */
    JsonNode check(FunctionClient function)
            throws EvaluationException, GateException, InterruptedException {
        ComparedModel live = ComparedModel.of("live", function);
        if (evaluation != null) {
            return evaluation.check(live);
        }
        return unlabelled(live, null).getFirst();
    }

    /**
     * Runs the gates.
     *
     * @param live null if there is nothing to compare with
     * @param first whether they run for the first time in this rollout
     * @param results receives their results
     * @throws GateException if a revision cannot be reached, or its response is wrong
     */
    void run(
            FunctionClient candidate,
            @Nullable FunctionClient live,
            boolean first,
            List<GateResult> results)
            throws GateException, InterruptedException {
        firstAnswer(candidate, first && awaited.add(Tags.CANDIDATE));
        results.add(new GateResult("answers", "", "ready", "", ""));
        ComparedModel own = ComparedModel.of("candidate", candidate);
        if (live != null) {
            firstAnswer(live, first && awaited.add(Tags.LIVE));
        }
        ComparedModel lives = live == null ? null : ComparedModel.of("live", live);
        results.add(identity(own.card(), lives == null ? null : lives.card()));
        if (lives != null) {
            results.addAll(own.differences(lives));
        }
        if (parity != null && passed(results)) {
            results.add(new ParityGate(parity, limits.tolerance()).result(own));
        }
        if (passed(results)) {
            LabelledRows rows = evaluate(own, lives, first, results);
            if (passed(results)) {
                results.add(latency(rows, own, lives, first));
                results.addAll(singles.results());
            }
        }
    }

    private static boolean passed(List<GateResult> results) {
        return results.stream().allMatch(GateResult::passed);
    }

    /**
     * How far the candidate's predictions for the labelled rows are from live's, in the target's
     * unit, if it is shown there to be as good; else 0.
     */
    double acceptedShift() {
        return acceptedShift;
    }

    /** Waits until the ingress routes the revision's address; after that, every failure counts. */
    private void firstAnswer(FunctionClient function, boolean first)
            throws GateException, InterruptedException {
        var end = clock.instant().plus(FIRST_ANSWER);
        while (first) {
            try {
                function.readyAtOnce();
                return;
            } catch (GateException e) {
                if (e.kind() != Kind.UNREACHABLE || !clock.instant().isBefore(end)) {
                    break; // The next attempt counts.
                }
                sleeper.sleep(Duration.ofMillis(500));
            }
        }
        function.ready();
    }

    private GateResult identity(ModelCard candidate, @Nullable ModelCard live) {
        String found = candidate.model() == null ? "no card" : candidate.model();
        String before = live == null || live.model() == null ? "" : live.model();
        String problem =
                wanted == null || wanted.equals(found)
                        ? ""
                        : "It serves "
                                + found
                                + " where "
                                + wanted
                                + " was meant. Deploy the image of that model, or say which one is"
                                + " meant with --model.";
        return new GateResult("model", before, found, wanted == null ? "" : wanted, problem);
    }

    /**
     * Compares the models on labelled rows.
     *
     * @return the rows; null if there are none
     */
    private @Nullable LabelledRows evaluate(
            ComparedModel candidate,
            @Nullable ComparedModel live,
            boolean first,
            List<GateResult> results)
            throws GateException, InterruptedException {
        if (evaluation == null) {
            results.add(GateResult.unknown("RMSE", "", "", "give rows with --evaluation"));
            return null;
        }
        LabelledRows rows;
        try {
            rows = evaluation.rows(candidate, live);
        } catch (EvaluationException e) {
            results.add(new GateResult("evaluation", "", "", "", String.valueOf(e.getMessage())));
            return null;
        }
        results.add(rows.result());
        if (rows.result().passed()) {
            EvaluationComparison answered =
                    EvaluationComparison.of(evaluation.file(), rows, candidate, live);
            results.addAll(answered.results(limits));
            RowPredictions lives = answered.ofLive();
            acceptedShift = lives == null ? 0 : answered.shift(limits, lives).accepted();
            if (first && live != null) {
                printer.detail("Predictions of the candidate minus those of live, by rows:");
                printer.details(answered.histogram());
            }
            if (passed(results)) {
                behavior.run(answered, first, results);
            }
        }
        return rows;
    }

    private GateResult latency(
            @Nullable LabelledRows rows,
            ComparedModel candidate,
            @Nullable ComparedModel live,
            boolean first)
            throws GateException, InterruptedException {
        List<JsonNode> own = rows == null ? unlabelled(candidate, live) : rows.candidateRows();
        LatencyGate latency = new LatencyGate(limits.latency(), own, singles);
        if (first) {
            printer.detail(latency.description());
        }
        if (live == null) {
            return latency.alone(candidate.client());
        }
        List<JsonNode> lives = rows == null ? unlabelled(live, candidate) : rows.liveRows();
        return latency.compare(live.client(), lives, candidate.client());
    }

    /** The parity rows if both models take them, else the example on the model's card. */
    private List<JsonNode> unlabelled(ComparedModel asked, @Nullable ComparedModel other)
            throws GateException {
        boolean alike = other == null || asked.features(other).areSameNames();
        return parity != null && alike ? parity.rows() : List.of(asked.example());
    }
}
