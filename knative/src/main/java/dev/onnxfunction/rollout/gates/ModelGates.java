package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Untested;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Outcome;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.gates.GateException.Kind;
import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs the gates, and finds out which revision is to blame if one does not answer. */
public final class ModelGates implements Gates {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private static final String NEITHER = "Neither revision can be reached, so none was judged. ";
    private static final String KEY =
            " The command has no key that both take. Give one: --header-env Authorization=VARIABLE,"
                    + " where the environment variable holds 'Bearer ' and the key.";

    private static final String UNMARKED =
            " does not know the rollout key, so the gates' requests count there as those of"
                    + " clients.";

    private final ErrorBudget budget;
    private final @Nullable String wanted;
    private final GateSequence sequence;
    private final RevisionAccess access;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final ProgressPrinter printer;
    private final Map<String, RequestCounts> countsByRevision = new HashMap<>();
    private boolean liveFailed;
    private final Set<String> asked = new HashSet<>();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();

    /**
     * @param budget of errors of the candidate
     * @param parity null to leave out the comparison with the exporter
     * @param evaluation null to leave out the comparison of errors
     * @param target name of the column to predict; null for the one of the candidate's card
     */
    public ModelGates(
            Limits limits,
            ErrorBudget budget,
            @Nullable ParityRows parity,
            @Nullable Evaluation evaluation,
            @Nullable String target,
            RevisionAccess access,
            InstantSource clock,
            Sleeper sleeper,
            ProgressPrinter printer) {
        this.budget = budget;
        wanted = limits.model() == null && parity != null ? parity.model() : limits.model();
        sequence =
                new GateSequence(
                        limits,
                        wanted,
                        parity,
                        evaluation == null
                                ? null
                                : new LabelledRowsSource(evaluation, target, limits.errors()),
                        clock,
                        sleeper,
                        printer);
        this.access = access;
        this.clock = clock;
        this.sleeper = sleeper;
        this.printer = printer;
    }

    /** Version of the expected model; null if none is specified. */
    public @Nullable String version() {
        return wanted == null ? null : wanted.substring(wanted.lastIndexOf('@') + 1);
    }

    /**
     * Checks the rows of the evaluation against the live model, before there is a candidate.
     *
     * @param function address of the live revision
     * @return a row as the function takes it, as JSON
     * @throws EvaluationException if they do not fit
     * @throws IOException if the function does not answer, or there is no row
     */
    public String check(URI function) throws IOException, InterruptedException {
        RevisionConnection connection = new RevisionConnection(http, access, "live", function);
        try {
            return sequence.check(
                            new FunctionClient(connection, new RequestCounts(), budget, sleeper))
                    .toString();
        } catch (GateException e) {
            throw new IOException(e.problem(), e);
        }
    }

    /**
     * Rows as users send them, who know the live model.
     *
     * @param users their rows; an empty cell is left out
     * @param function address of the live revision
     * @return rows as JSON
     * @throws IOException if the function does not answer
     */
    public List<String> users(Evaluation users, URI function)
            throws IOException, InterruptedException {
        RevisionConnection connection = new RevisionConnection(http, access, "live", function);
        try {
            ModelCard card =
                    new FunctionClient(connection, new RequestCounts(), budget, sleeper).card();
            return users.asSent(card.features());
        } catch (GateException e) {
            throw new IOException(e.problem(), e);
        }
    }

    @Override
    public Verdict run(Running running, Platform platform) throws InterruptedException {
        boolean first = running.stage() == 0;
        printer.progress(first ? "the gates" : "the gates, again");
        List<GateResult> results = new ArrayList<>();
        Verdict verdict = judge(running, platform, results);
        boolean isNews = verdict instanceof LiveFailed ? !liveFailed : first;
        liveFailed = verdict instanceof LiveFailed;
        if (isNews && verdict instanceof LiveFailed failed) {
            printer.detail(failed.reason());
            printer.detail("The candidate is judged alone, and compared with nothing:");
        }
        if ((isNews || verdict instanceof Failed) && !(verdict instanceof Untested)) {
            printer.details(GateResult.table(results));
        }
        return verdict;
    }

    private Verdict judge(Running running, Platform platform, List<GateResult> results)
            throws InterruptedException {
        Rollout rollout = running.rollout();
        Revisions revisions = new Revisions(platform, rollout);
        try {
            sequence.ask(revisions.candidate(), revisions.live(), running.stage() == 0, results);
            checkMarks(rollout, revisions);
            return verdict(running, rollout, results);
        } catch (GateException e) {
            if (e.kind() == Kind.NO_GATEWAY) {
                return new Untested(e.problem());
            }
            return e.blames(rollout.live())
                    ? liveFailed(running, revisions, e, results)
                    : candidateFailed(rollout, revisions, e, results);
        }
    }

    /** Reports once which revision counts the gates' requests as those of clients. */
    private void checkMarks(Rollout rollout, Revisions revisions)
            throws GateException, InterruptedException {
        if (!access.hasRolloutKey()) {
            if (asked.add("")) {
                printer.detail(
                        "The gates' requests count as those of clients, in metrics and drift: there"
                                + " is no rollout key. See --rollout-key-env.");
            }
            return;
        }
        FunctionClient live = revisions.live();
        if (live != null
                && asked.add(String.valueOf(rollout.live()))
                && !live.recognizesRolloutKey()) {
            printer.detail(rollout.live() + UNMARKED);
        }
        if (asked.add(rollout.candidate()) && !revisions.candidate().recognizesRolloutKey()) {
            printer.detail(rollout.candidate() + UNMARKED);
        }
    }

    private Verdict verdict(Running running, Rollout rollout, List<GateResult> results) {
        RequestCounts lives = rollout.live() == null ? null : counts(rollout.live());
        results.add(budget.result(lives, counts(rollout.candidate())));
        for (GateResult result : results) {
            if (!result.passed()) {
                return failed("Gate '" + result.gate() + "': " + result.problem());
            }
        }
        return new Passed(running.stage(), clock.instant());
    }

    private static Failed failed(String reason) {
        return new Failed(Outcome.FAILED, reason);
    }

    /** Live is to blame: the gates test the candidate again, alone. */
    private Verdict liveFailed(
            Running running, Revisions revisions, GateException lives, List<GateResult> results)
            throws InterruptedException {
        Rollout rollout = running.rollout();
        String reason = rollout.live() + " failed, which is live: " + lives.problem();
        if (lives.kind() == Kind.KEY) {
            return new Untested(reason + KEY);
        }
        results.clear();
        try {
            sequence.ask(revisions.candidate(), null, false, results);
        } catch (GateException e) {
            if (lives.kind() == Kind.WAY && e.kind() == Kind.WAY) {
                return new Untested(NEITHER + lives.problem() + " And: " + e.problem());
            }
            results.add(failure(rollout, e));
            return failed("Gate 'errors': " + e.problem() + " And " + reason);
        }
        return switch (verdict(running, rollout, results)) {
            case Failed failed -> failed(failed.reason() + " And " + reason);
            case Verdict _ -> new LiveFailed(running.stage(), clock.instant(), reason);
        };
    }

    /** The candidate is to blame, unless live fails in the same way. */
    private Verdict candidateFailed(
            Rollout rollout, Revisions revisions, GateException own, List<GateResult> results)
            throws InterruptedException {
        GateException lives = revisions.liveFailure(own);
        boolean same = lives != null && lives.kind() == own.kind();
        String both = own.problem() + (lives == null ? "" : " And live, too: " + lives.problem());
        if (own.kind() == Kind.KEY && (same || rollout.live() == null)) {
            return new Untested(own.problem() + KEY);
        }
        if (own.kind() == Kind.WAY && same) {
            return new Untested(NEITHER + both);
        }
        results.add(failure(rollout, own));
        return failed("Gate 'errors': " + both);
    }

    private GateResult failure(Rollout rollout, GateException e) {
        String lives = rollout.live() == null ? "" : counts(rollout.live()).toString();
        String own = counts(rollout.candidate()).toString();
        return new GateResult("errors", lives, own, budget.limit(), e.problem());
    }

    private RequestCounts counts(String revision) {
        return countsByRevision.computeIfAbsent(revision, _ -> new RequestCounts());
    }

    /** The two revisions under test. */
    private final class Revisions {

        private final Platform platform;
        private final Rollout rollout;

        Revisions(Platform platform, Rollout rollout) {
            this.platform = platform;
            this.rollout = rollout;
        }

        FunctionClient candidate() throws GateException {
            return client(Tags.CANDIDATE, rollout.candidate(), budget);
        }

        /** Counts its failures, but a single one that a retry repairs changes nothing. */
        @Nullable FunctionClient live() throws GateException {
            String name = rollout.live();
            return name == null ? null : client(Tags.LIVE, name, ErrorBudget.UNLIMITED);
        }

        private FunctionClient client(String tag, String name, ErrorBudget allowed)
                throws GateException {
            Optional<URI> address = platform.address(tag);
            if (address.isEmpty()) {
                throw new GateException(
                        Kind.REFUSAL, name, "There is no address for the tag " + tag + ".");
            }
            RevisionConnection connection =
                    new RevisionConnection(http, access, name, address.get());
            return new FunctionClient(connection, counts(name), allowed, sleeper);
        }

        /** How live fails where the candidate did; null if it does not, or there is none. */
        @Nullable GateException liveFailure(GateException own) throws InterruptedException {
            try {
                FunctionClient live = live();
                if (live != null && own.kind() == Kind.KEY) {
                    live.card();
                } else if (live != null) {
                    live.readyAtOnce();
                }
                return null;
            } catch (GateException e) {
                return e;
            }
        }
    }
}
