package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.drive.Pace;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.gates.GateException.Kind;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.report.Journal;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The gates, in the order in which they are asked. The first one that is not passed ends it, since
 * those after it would compare what is not worth comparing.
 */
final class GateSequence {

    /** How long the ingress may need to route a new address. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(60);

    private final Limits limits;
    private final @Nullable String wanted;
    private final @Nullable Parity parity;
    private final @Nullable EvaluationGates evaluation;
    private final InstantSource clock;
    private final Pace pace;
    private final Journal journal;
    private final Set<String> awaited = new HashSet<>();

    /**
     * @param wanted {@code name@version} of the candidate's model; null for any
     * @param parity null to leave out the comparison with the exporter
     * @param evaluation null to leave out the comparison of errors
     */
    GateSequence(
            Limits limits,
            @Nullable String wanted,
            @Nullable Parity parity,
            @Nullable EvaluationGates evaluation,
            InstantSource clock,
            Pace pace,
            Journal journal) {
        this.limits = limits;
        this.wanted = wanted;
        this.parity = parity;
        this.evaluation = evaluation;
        this.clock = clock;
        this.pace = pace;
        this.journal = journal;
    }

    /**
     * Checks the labelled rows against the live model, before there is a candidate.
     *
     * @return a row as it takes it
     */
    JsonNode check(FunctionClient function)
            throws EvaluationException, GateException, InterruptedException {
        Contender live = Contender.of("live", function);
        if (evaluation != null) {
            return evaluation.check(live);
        }
        return unlabelled(live, null).getFirst();
    }

    /**
     * Asks the gates.
     *
     * @param live null if there is nothing to compare with
     * @param first whether they are asked for the first time in this rollout
     * @param findings takes what they find
     * @throws GateException if a revision does not answer as it must
     */
    void ask(
            FunctionClient candidate,
            @Nullable FunctionClient live,
            boolean first,
            List<Finding> findings)
            throws GateException, InterruptedException {
        firstAnswer(candidate, first && awaited.add(Tags.CANDIDATE));
        findings.add(new Finding("answers", "", "ready", "", ""));
        Contender own = Contender.of("candidate", candidate);
        if (live != null) {
            firstAnswer(live, first && awaited.add(Tags.LIVE));
        }
        Contender lives = live == null ? null : Contender.of("live", live);
        findings.add(identity(own.card(), lives == null ? null : lives.card()));
        if (lives != null) {
            findings.addAll(own.features(lives));
        }
        if (parity != null && passed(findings)) {
            findings.add(new ParityGate(parity, limits.tolerance()).finding(own));
        }
        if (passed(findings)) {
            LabelledRows rows = evaluate(own, lives, first, findings);
            if (passed(findings)) {
                findings.add(latency(rows, own, lives, first));
            }
        }
    }

    private static boolean passed(List<Finding> findings) {
        return findings.stream().allMatch(Finding::passed);
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
                if (e.kind() != Kind.WAY || !clock.instant().isBefore(end)) {
                    break; // And count it.
                }
                pace.pause(Duration.ofMillis(500));
            }
        }
        function.ready();
    }

    private Finding identity(Card candidate, @Nullable Card live) {
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
        return new Finding("model", before, found, wanted == null ? "" : wanted, problem);
    }

    /**
     * Compares the models on labelled rows.
     *
     * @return the rows; null if there are none
     */
    private @Nullable LabelledRows evaluate(
            Contender candidate, @Nullable Contender live, boolean first, List<Finding> findings)
            throws GateException, InterruptedException {
        if (evaluation == null) {
            findings.add(Finding.unknown("RMSE", "", "", "give rows with --evaluation"));
            return null;
        }
        LabelledRows rows;
        try {
            rows = evaluation.rows(candidate, live);
        } catch (EvaluationException e) {
            findings.add(new Finding("evaluation", "", "", "", String.valueOf(e.getMessage())));
            return null;
        }
        findings.add(rows.finding());
        if (rows.finding().passed()) {
            Answered answered = Answered.of(evaluation.file(), rows, candidate, live);
            findings.addAll(answered.findings(limits));
            if (first && live != null) {
                journal.detail("Predictions of the candidate minus those of live, by rows:");
                journal.details(answered.histogram());
            }
        }
        return rows;
    }

    private Finding latency(
            @Nullable LabelledRows rows,
            Contender candidate,
            @Nullable Contender live,
            boolean first)
            throws GateException, InterruptedException {
        List<JsonNode> own = rows == null ? unlabelled(candidate, live) : rows.candidateRows();
        Latency latency = new Latency(limits.latency(), own);
        if (first) {
            journal.detail(latency.says());
        }
        if (live == null) {
            return latency.alone(candidate.client());
        }
        List<JsonNode> lives = rows == null ? unlabelled(live, candidate) : rows.liveRows();
        return latency.compare(live.client(), lives, candidate.client());
    }

    /** The parity rows if both models take them, else the example on the model's card. */
    private List<JsonNode> unlabelled(Contender asked, @Nullable Contender other)
            throws GateException {
        boolean alike = other == null || asked.features(other).isEmpty();
        return parity != null && alike ? parity.rows() : List.of(asked.example());
    }
}
