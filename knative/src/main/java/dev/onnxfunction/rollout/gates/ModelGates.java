package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Pace;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Outcome;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.report.Journal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The gates, in the order in which they are asked. The first one that is not passed ends it, since
 * those after it would compare what is not worth comparing.
 */
public final class ModelGates implements Gates {

    /** How long a new address may take to be known to the ingress. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(60);

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Limits limits;
    private final @Nullable Parity parity;
    private final @Nullable Evaluation evaluation;
    private final @Nullable String target;
    private final Reach reach;
    private final InstantSource clock;
    private final Pace pace;
    private final Journal journal;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();

    /**
     * @param parity null to leave out the comparison with the exporter
     * @param evaluation null to leave out the comparison of errors
     * @param target name of the column to predict; null for the one of the candidate's card
     */
    public ModelGates(
            Limits limits,
            @Nullable Parity parity,
            @Nullable Evaluation evaluation,
            @Nullable String target,
            Reach reach,
            InstantSource clock,
            Pace pace,
            Journal journal) {
        this.limits = limits;
        this.parity = parity;
        this.evaluation = evaluation;
        this.target = target;
        this.reach = reach;
        this.clock = clock;
        this.pace = pace;
        this.journal = journal;
    }

    /** Version of the model that is meant; null if none is. */
    public @Nullable String version() {
        String model = wanted();
        return model == null ? null : model.substring(model.lastIndexOf('@') + 1);
    }

    private @Nullable String wanted() {
        return limits.model() == null && parity != null ? parity.model() : limits.model();
    }

    /**
     * A row that a function takes, as JSON.
     *
     * @param function its address
     * @throws IOException if it does not answer, or nothing tells such a row
     */
    public String row(URI function) throws IOException, InterruptedException {
        try {
            FunctionClient client = new FunctionClient(http, reach, function);
            Card card = client.card();
            if (parity != null) {
                return parity.rows().getFirst().toString();
            }
            if (evaluation != null) {
                return evaluation.rows(target, card.types()).getFirst().toString();
            }
            return new Comparison(limits, card, client, null).row().toString();
        } catch (GateException e) {
            throw new IOException(e.problem(), e);
        }
    }

    @Override
    public Verdict measure(Running running, Platform platform) throws InterruptedException {
        boolean first = running.stage() == 0;
        journal.progress(first ? "the gates" : "the gates, again");
        List<Finding> findings = new ArrayList<>();
        Failed failed = null;
        try {
            FunctionClient candidate = client(platform, Tags.CANDIDATE);
            FunctionClient live =
                    running.rollout().live() == null ? null : client(platform, Tags.LIVE);
            ask(candidate, live, first, findings);
        } catch (GateException e) {
            findings.add(new Finding("no error", "", "an error", "", e.problem()));
        }
        for (Finding finding : findings) {
            if (!finding.passed()) {
                failed =
                        new Failed(
                                Outcome.FAILED,
                                "Gate '" + finding.gate() + "': " + finding.problem());
            }
        }
        if (first || failed != null) {
            journal.details(Finding.table(findings));
        }
        return failed == null ? new Passed(running.stage(), clock.instant()) : failed;
    }

    private FunctionClient client(Platform platform, String tag) throws GateException {
        URI address =
                platform.address(tag)
                        .orElseThrow(
                                () ->
                                        new GateException(
                                                "There is no address for the tag " + tag + ".",
                                                true));
        return new FunctionClient(http, reach, address);
    }

    private void ask(
            FunctionClient candidate,
            @Nullable FunctionClient live,
            boolean first,
            List<Finding> findings)
            throws GateException, InterruptedException {
        firstAnswer(candidate, first);
        findings.add(new Finding("answers", "", "ready", "", ""));
        Card card = candidate.card();
        if (live != null) {
            firstAnswer(live, first);
        }
        findings.add(identity(card, live == null ? null : live.card()));
        if (failed(findings)) {
            return;
        }
        Comparison comparison = new Comparison(limits, card, candidate, live);
        if (parity != null) {
            findings.add(comparison.parity(parity));
        }
        if (evaluation != null && !failed(findings)) {
            findings.add(comparison.errors(evaluation, target));
        }
        if (live != null && !failed(findings)) {
            findings.add(comparison.shift());
            if (first) {
                journal.detail("Predictions of the candidate minus those of live, by rows:");
                journal.details(comparison.histogram());
            }
        }
        if (!failed(findings)) {
            findings.add(latency(comparison.row(), candidate, live));
        }
        if (!failed(findings)) {
            findings.add(new Finding("no error", "", "none", "", ""));
        }
    }

    private Finding latency(JsonNode row, FunctionClient candidate, @Nullable FunctionClient live)
            throws GateException, InterruptedException {
        Latency latency = new Latency(limits.latency(), row.toString());
        return live == null ? latency.alone(candidate) : latency.compare(live, candidate);
    }

    private static boolean failed(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> !finding.passed());
    }

    /** A revision's address takes a while to be known; once it was, every failure counts. */
    private void firstAnswer(FunctionClient function, boolean first)
            throws GateException, InterruptedException {
        var end = clock.instant().plus(FIRST_ANSWER);
        while (true) {
            try {
                function.ready();
                return;
            } catch (GateException e) {
                if (!first || !e.early() || !clock.instant().isBefore(end)) {
                    throw e;
                }
                pace.pause(Duration.ofMillis(500));
            }
        }
    }

    private Finding identity(Card candidate, @Nullable Card live) {
        String wanted = wanted();
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
}
