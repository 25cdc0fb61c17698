package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Pace;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Unjudged;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Outcome;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.gates.GateException.Kind;
import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.report.Journal;

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
    private final Reach reach;
    private final InstantSource clock;
    private final Pace pace;
    private final Journal journal;
    private final Map<String, Tally> tallies = new HashMap<>();
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
            @Nullable Parity parity,
            @Nullable Evaluation evaluation,
            @Nullable String target,
            Reach reach,
            InstantSource clock,
            Pace pace,
            Journal journal) {
        this.budget = budget;
        wanted = limits.model() == null && parity != null ? parity.model() : limits.model();
        sequence =
                new GateSequence(
                        limits,
                        wanted,
                        parity,
                        evaluation == null
                                ? null
                                : new EvaluationGates(evaluation, target, limits.errors()),
                        clock,
                        pace,
                        journal);
        this.reach = reach;
        this.clock = clock;
        this.pace = pace;
        this.journal = journal;
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
        Connection connection = new Connection(http, reach, "live", function);
        try {
            return sequence.check(new FunctionClient(connection, new Tally(), budget, pace))
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
        Connection connection = new Connection(http, reach, "live", function);
        try {
            Card card = new FunctionClient(connection, new Tally(), budget, pace).card();
            return users.asSent(card.features());
        } catch (GateException e) {
            throw new IOException(e.problem(), e);
        }
    }

    @Override
    public Verdict measure(Running running, Platform platform) throws InterruptedException {
        boolean first = running.stage() == 0;
        journal.progress(first ? "the gates" : "the gates, again");
        List<Finding> findings = new ArrayList<>();
        Verdict verdict = judge(running, platform, findings);
        boolean isNews = verdict instanceof LiveFailed ? !liveFailed : first;
        liveFailed = verdict instanceof LiveFailed;
        if (isNews && verdict instanceof LiveFailed failed) {
            journal.detail(failed.reason());
            journal.detail("The candidate is judged alone, and compared with nothing:");
        }
        if ((isNews || verdict instanceof Failed) && !(verdict instanceof Unjudged)) {
            journal.details(Finding.table(findings));
        }
        return verdict;
    }

    private Verdict judge(Running running, Platform platform, List<Finding> findings)
            throws InterruptedException {
        Rollout rollout = running.rollout();
        Revisions revisions = new Revisions(platform, rollout);
        try {
            sequence.ask(revisions.candidate(), revisions.live(), running.stage() == 0, findings);
            checkMarks(rollout, revisions);
            return verdict(running, rollout, findings);
        } catch (GateException e) {
            if (e.kind() == Kind.NO_GATEWAY) {
                return new Unjudged(e.problem());
            }
            return e.blames(rollout.live())
                    ? liveFailed(running, revisions, e, findings)
                    : candidateFailed(rollout, revisions, e, findings);
        }
    }

    /** Reports once which revision counts the gates' requests as those of clients. */
    private void checkMarks(Rollout rollout, Revisions revisions)
            throws GateException, InterruptedException {
        if (!reach.isMarked()) {
            if (asked.add("")) {
                journal.detail(
                        "The gates' requests count as those of clients, in metrics and drift: there"
                                + " is no rollout key. See --rollout-key-env.");
            }
            return;
        }
        FunctionClient live = revisions.live();
        if (live != null && asked.add(String.valueOf(rollout.live())) && !live.knowsRollout()) {
            journal.detail(rollout.live() + UNMARKED);
        }
        if (asked.add(rollout.candidate()) && !revisions.candidate().knowsRollout()) {
            journal.detail(rollout.candidate() + UNMARKED);
        }
    }

    private Verdict verdict(Running running, Rollout rollout, List<Finding> findings) {
        Tally lives = rollout.live() == null ? null : tally(rollout.live());
        findings.add(budget.finding(lives, tally(rollout.candidate())));
        for (Finding finding : findings) {
            if (!finding.passed()) {
                return failed("Gate '" + finding.gate() + "': " + finding.problem());
            }
        }
        return new Passed(running.stage(), clock.instant());
    }

    private static Failed failed(String reason) {
        return new Failed(Outcome.FAILED, reason);
    }

    /** Live is to blame: the gates test the candidate again, alone. */
    private Verdict liveFailed(
            Running running, Revisions revisions, GateException lives, List<Finding> findings)
            throws InterruptedException {
        Rollout rollout = running.rollout();
        String reason = rollout.live() + " failed, which is live: " + lives.problem();
        if (lives.kind() == Kind.KEY) {
            return new Unjudged(reason + KEY);
        }
        findings.clear();
        try {
            sequence.ask(revisions.candidate(), null, false, findings);
        } catch (GateException e) {
            if (lives.kind() == Kind.WAY && e.kind() == Kind.WAY) {
                return new Unjudged(NEITHER + lives.problem() + " And: " + e.problem());
            }
            findings.add(failure(rollout, e));
            return failed("Gate 'errors': " + e.problem() + " And " + reason);
        }
        return switch (verdict(running, rollout, findings)) {
            case Failed failed -> failed(failed.reason() + " And " + reason);
            case Verdict _ -> new LiveFailed(running.stage(), clock.instant(), reason);
        };
    }

    /** The candidate is to blame, unless live fails in the same way. */
    private Verdict candidateFailed(
            Rollout rollout, Revisions revisions, GateException own, List<Finding> findings)
            throws InterruptedException {
        GateException lives = revisions.liveFailure(own);
        boolean same = lives != null && lives.kind() == own.kind();
        String both = own.problem() + (lives == null ? "" : " And live, too: " + lives.problem());
        if (own.kind() == Kind.KEY && (same || rollout.live() == null)) {
            return new Unjudged(own.problem() + KEY);
        }
        if (own.kind() == Kind.WAY && same) {
            return new Unjudged(NEITHER + both);
        }
        findings.add(failure(rollout, own));
        return failed("Gate 'errors': " + both);
    }

    private Finding failure(Rollout rollout, GateException e) {
        String lives = rollout.live() == null ? "" : tally(rollout.live()).toString();
        String own = tally(rollout.candidate()).toString();
        return new Finding("errors", lives, own, budget.limit(), e.problem());
    }

    private Tally tally(String revision) {
        return tallies.computeIfAbsent(revision, _ -> new Tally());
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
            Connection connection = new Connection(http, reach, name, address.get());
            return new FunctionClient(connection, tally(name), allowed, pace);
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
