package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.rows.EvaluationException;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The gates on what labelled rows do not show: other requests with these rows, and rows with other
 * values. The first one that fails ends the sequence.
 */
final class BehaviorGates {

    private final Limits limits;

    /** Seeded by the system, so that nobody can predict the rows and requests of the gates. */
    private final RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());

    private final RepeatGate repeats = new RepeatGate(random);

    BehaviorGates(Limits limits) {
        this.limits = limits;
    }

    /** One gate, which sends requests. */
    @FunctionalInterface
    private interface Gate {
        List<GateResult> results() throws EvaluationException, GateException, InterruptedException;
    }

    /**
     * Runs the gates.
     *
     * @param first whether to run all of them, or only further cases of those that use new ones
     * @param results of the gates before, all passed; receives further ones
     */
    void run(EvaluationComparison compared, boolean first, List<GateResult> results)
            throws GateException, InterruptedException {
        ReferenceAnswers reference = repeats.repeat(compared, first);
        results.add(reference.result(compared.description()));
        ProbeGate probes = new ProbeGate(compared, limits.probeDistance(), limits.latency());
        ComparedModel live = compared.live();
        add(results, "probes", live, () -> List.of(probes.result(first, random)));
        if (!first) {
            return;
        }
        NeighborGate neighbors = new NeighborGate(compared, random);
        add(results, "near rows", live, () -> List.of(neighbors.near()));
        RowPredictions ofLive = compared.ofLive();
        if (live == null || ofLive == null) {
            return;
        }
        ShiftGate shift = compared.shift(limits, ofLive);
        if (limits.areProbed()) {
            NextRowsGate next =
                    new NextRowsGate(
                            compared,
                            live,
                            ofLive,
                            shift.isWide(),
                            limits.errors().allowIntervalChange() ? null : live.card().level(),
                            random);
            add(results, "next rows", live, next::results);
        }
        add(results, "between rows", live, () -> List.of(neighbors.between(live, shift)));
        ExplanationGate explanations = new ExplanationGate(compared, live, random);
        add(results, "explanations", live, () -> List.of(explanations.result()));
        LargeRequestGate large = new LargeRequestGate(compared, live, limits.latency(), reference);
        add(results, "many rows", live, () -> large.results(random));
    }

    /**
     * Adds a gate's results if all before it are passed. A failure names the gate. Live is not to
     * blame for refusing rows that no client has sent; the candidate may be the better one there.
     */
    private static void add(
            List<GateResult> results, String name, @Nullable ComparedModel live, Gate gate)
            throws GateException, InterruptedException {
        if (!results.stream().allMatch(GateResult::passed)) {
            return;
        }
        try {
            results.addAll(gate.results());
        } catch (EvaluationException e) {
            results.add(new GateResult(name, "", "", "", String.valueOf(e.getMessage())));
        } catch (GateException e) {
            if (live == null || !live.client().refused(e)) {
                throw e.of(name);
            }
            results.add(GateResult.unknown(name, "refused", "", "live refuses some of its rows"));
        }
    }
}
