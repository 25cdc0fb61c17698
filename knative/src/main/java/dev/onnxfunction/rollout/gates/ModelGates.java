package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Untested;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.gates.GateException.Kind;
import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.UserRows;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Runs the gates, and finds out which revision is to blame if one does not answer. */
public final class ModelGates implements Gates {

    private static final String NEITHER = "Neither revision answers, so none was judged. ";
    private static final String KEY =
            " The command has no key that both accept. Give one: --header-env"
                    + " Authorization=VARIABLE, where the environment variable holds 'Bearer ' and"
                    + " the key.";

    private final ErrorBudget budget;
    private final @Nullable String wanted;
    private final GateSequence sequence;
    private final RevisionClients clients;
    private final RolloutKeyCheck keyCheck;
    private final InstantSource clock;
    private final ProgressPrinter printer;
    private boolean liveFailed;

    /**
     * @param budget of errors of the candidate
     * @param parity null to leave out the comparison with the exporter
     * @param evaluation null to leave out the comparison of errors
     * @param target name of the column to predict; null for the target on the models' cards
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
        LabelledRowsSource rows =
                evaluation == null
                        ? null
                        : new LabelledRowsSource(evaluation, target, limits.errors());
        sequence = new GateSequence(limits, wanted, parity, rows, clock, sleeper, printer);
        clients = new RevisionClients(access, budget, sleeper);
        keyCheck = new RolloutKeyCheck(access.hasRolloutKey(), printer);
        this.clock = clock;
        this.printer = printer;
    }

    /** Version of the expected model; null if none is specified. */
    public @Nullable String version() {
        return wanted == null ? null : wanted.substring(wanted.lastIndexOf('@') + 1);
    }

    /**
     * How far the candidate's predictions may move from live's for any rows, because they do so for
     * labelled ones, for which it is shown to be as good: in the target's unit; 0 if it is not.
     */
    public double acceptedShift() {
        return sequence.acceptedShift();
    }

    /**
     * Checks the rows of the evaluation against the live model, before there is a candidate.
     *
     * @param live address of the live revision
     * @return one row with the live model's features, as JSON
     * @throws EvaluationException if the rows do not fit the model
     * @throws IOException if the function does not answer, or there is no row
     */
    public String check(URI live) throws IOException, InterruptedException {
        try {
            return sequence.check(clients.before(live)).toString();
        } catch (GateException e) {
            throw new IOException(e.problem(), e);
        }
    }

    /**
     * Returns rows as users who know the live model send them.
     *
     * @param users their rows; empty cells are left out
     * @param live address of the live revision
     * @return rows as JSON
     * @throws IOException if the function does not answer
     */
    public List<String> users(Evaluation users, URI live) throws IOException, InterruptedException {
        try {
            return UserRows.of(users, clients.before(live).card().features());
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
            printer.details(ResultTable.lines(results));
        }
        return verdict;
    }

    private Verdict judge(Running running, Platform platform, List<GateResult> results)
            throws InterruptedException {
        Rollout rollout = running.rollout();
        try {
            FunctionClient candidate = clients.candidate(platform, rollout);
            FunctionClient live = clients.live(platform, rollout);
            sequence.run(candidate, live, running.stage() == 0, results);
            if (live != null) {
                keyCheck.check(String.valueOf(rollout.live()), live);
            }
            keyCheck.check(rollout.candidate(), candidate);
            return verdict(running, rollout, results);
        } catch (GateException e) {
            if (e.kind() == Kind.NO_GATEWAY) {
                return new Untested(e.problem());
            }
            return e.blames(rollout.live())
                    ? liveFailed(running, platform, e, results)
                    : candidateFailed(rollout, platform, e, results);
        }
    }

    private Verdict verdict(Running running, Rollout rollout, List<GateResult> results) {
        AttemptCounts live = rollout.live() == null ? null : clients.counts(rollout.live());
        results.add(budget.result(live, clients.counts(rollout.candidate())));
        Failed failed = GateResult.verdict(results);
        return failed == null ? new Passed(running.stage(), clock.instant()) : failed;
    }

    /** Live is to blame: the gates test the candidate again, alone. */
    private Verdict liveFailed(
            Running running, Platform platform, GateException failure, List<GateResult> results)
            throws InterruptedException {
        Rollout rollout = running.rollout();
        String reason = rollout.live() + " failed, which is live: " + failure.problem();
        if (failure.kind() == Kind.UNAUTHORIZED) {
            return new Untested(reason + KEY);
        }
        results.clear();
        try {
            sequence.run(clients.candidate(platform, rollout), null, false, results);
        } catch (GateException e) {
            if (e.isSharedWith(failure)) {
                return new Untested(NEITHER + failure.problem() + " And: " + e.problem());
            }
            results.add(errors(rollout, e));
            return new Failed("Gate 'errors': " + e.problem() + " And " + reason);
        }
        return switch (verdict(running, rollout, results)) {
            case Failed failed -> new Failed(failed.reason() + " And " + reason);
            case Verdict _ -> new LiveFailed(running.stage(), clock.instant(), reason);
        };
    }

    /** The candidate is to blame, unless live fails in the same way. */
    private Verdict candidateFailed(
            Rollout rollout, Platform platform, GateException failure, List<GateResult> results)
            throws InterruptedException {
        GateException live = liveFailure(rollout, platform, failure.kind());
        String both = failure.problem() + (live == null ? "" : " And live, too: " + live.problem());
        boolean same = live != null && live.kind() == failure.kind();
        if (failure.kind() == Kind.UNAUTHORIZED && (same || rollout.live() == null)) {
            return new Untested(failure.problem() + KEY);
        }
        if (failure.isSharedWith(live)) {
            return new Untested(NEITHER + both);
        }
        results.add(errors(rollout, failure));
        return new Failed("Gate 'errors': " + both);
    }

    /** How live fails where the candidate failed so; null if it does not, or there is none. */
    private @Nullable GateException liveFailure(Rollout rollout, Platform platform, Kind kind)
            throws InterruptedException {
        try {
            FunctionClient live = clients.live(platform, rollout);
            if (live != null && kind == Kind.UNAUTHORIZED) {
                live.card();
            } else if (live != null) {
                live.predictsAtOnce(); // It may be ready, but without an answer to any row.
            }
            return null;
        } catch (GateException e) {
            return e;
        }
    }

    private GateResult errors(Rollout rollout, GateException e) {
        String live = rollout.live() == null ? "" : clients.counts(rollout.live()).toString();
        String candidate = clients.counts(rollout.candidate()).toString();
        return new GateResult("errors", live, candidate, budget.limit(), e.problem());
    }
}
