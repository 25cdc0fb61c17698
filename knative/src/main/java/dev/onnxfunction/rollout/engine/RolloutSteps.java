package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Undecided;
import dev.onnxfunction.rollout.engine.Observation.Untested;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Recorded;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Step.RunGates;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Wait;
import dev.onnxfunction.rollout.engine.Step.Write;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The steps of a rollout that has begun. */
final class RolloutSteps {

    /** Greatest age of the gates' last verdict. */
    static final Duration WATCH = Duration.ofSeconds(5);

    /** Interval between two checks for an approval. */
    private static final Duration APPROVAL = Duration.ofSeconds(5);

    private RolloutSteps() {}

    /**
     * The next step of a running rollout.
     *
     * @param down the failure of the live revision; null if it does not fail
     */
    static Step running(
            Running memory,
            @Nullable LiveDown down,
            Observation observation,
            Present present,
            Instant now) {
        if (!Decision.isRecorded(memory.rollout(), present)) {
            return superseded(present.recorded());
        }
        return switch (present.recorded()) {
            case Running running -> onCourse(running, down, observation, present, now);
            case Over over -> endedElsewhere(over);
            case null -> throw new IllegalStateException("It is recorded.");
        };
    }

    private static Step onCourse(
            Running running,
            @Nullable LiveDown down,
            Observation observation,
            Present present,
            Instant now) {
        Rollout rollout = running.rollout();
        String live = rollout.live();
        if (observation.verdict() instanceof Failed failed) {
            Returning returning = new Returning(rollout, failed.outcome(), failed.reason());
            return down == null
                    ? back(returning, present, now)
                    : LiveFailure.back(returning, down, present, now);
        }
        if (live != null && !present.revisions().containsKey(live)) {
            return leave(running, rollout, "The live revision " + live + " is gone.", now);
        }
        if (!expected(running, present).sameAs(present.traffic())
                && !LiveFailure.isReplaced(running, present)) {
            return leave(running, rollout, "Somebody else changed the traffic.", now);
        }
        if (now.isBefore(running.since())) {
            return write(
                    running.since(now),
                    null,
                    running,
                    "The clock went back, so the hold starts again.");
        }
        Revision candidate = present.revisions().get(rollout.candidate());
        boolean usable = candidate != null && candidate.readiness() == Readiness.READY;
        if (usable && observation.verdict() instanceof Untested untested) {
            return untested(running, untested, present, now);
        }
        Optional<String> liveProblem = LiveFailure.problem(running, observation.verdict(), present);
        if (usable && liveProblem.isPresent()) {
            Instant since = down == null ? now : down.since();
            LiveDown still = new LiveDown(running, since, liveProblem.get());
            return LiveFailure.next(still, observation.verdict(), present, now);
        }
        State state = down == null ? running : down;
        Optional<String> obstacle = obstacle(running, present);
        if (obstacle.isPresent()) {
            return obstructed(running, state, observation.verdict(), present, obstacle.get(), now);
        }
        if (down != null && !LiveFailure.isRecovered(down, observation.verdict())) {
            return new RunGates(running, down);
        }
        return unobstructed(running, observation.verdict(), present, now);
    }

    /** Before traffic, the user can fix the cause and resume; with traffic, nobody watches it. */
    private static Step untested(Running running, Untested untested, Present present, Instant now) {
        Rollout rollout = running.rollout();
        if (running.stage() == 0) {
            return new Stop(
                    Exit.REFUSED,
                    untested.reason()
                            + " No traffic was moved, and "
                            + rollout.candidate()
                            + " waits. Fix that and run the same command again, or end the rollout"
                            + " with 'rollout abort'.");
        }
        return back(new Returning(rollout, Outcome.DISCONNECTED, untested.reason()), present, now);
    }

    /** Why the candidate cannot be tested; after a final reason, waiting does not help. */
    private static Optional<String> obstacle(Running running, Present present) {
        Revision candidate = present.revisions().get(running.rollout().candidate());
        if (candidate == null) {
            return Optional.of("Knative has not made the revision.");
        }
        if (candidate.readiness() != Readiness.READY) {
            return Optional.of(candidate.problem());
        }
        return present.settled() ? Optional.empty() : Optional.of(present.unsettled());
    }

    private static Step obstructed(
            Running running,
            State state,
            @Nullable Verdict verdict,
            Present present,
            String why,
            Instant now) {
        Rollout rollout = running.rollout();
        Revision candidate = present.revisions().get(rollout.candidate());
        if (candidate == null && running.stage() > 0) {
            return fail(running, "It is gone.", present, now);
        }
        if (candidate != null && candidate.readiness() == Readiness.FAILED) {
            return fail(running, "It is not ready: " + why, present, now);
        }
        Instant end = lastWell(running, verdict).plus(rollout.plan().deadline());
        if (!now.isBefore(end)) {
            String limit = DurationText.time(rollout.plan().deadline());
            return fail(running, "It was not ready within " + limit + ": " + why, present, now);
        }
        return new Wait(Decision.SOON, why, state);
    }

    /** The end of the hold, or the later time at which the gates passed an extended hold. */
    private static Instant lastWell(Running running, @Nullable Verdict verdict) {
        Instant end = holdEnd(running);
        return verdict instanceof Undecided undecided
                        && undecided.stage() == running.stage()
                        && undecided.at().isAfter(end)
                ? undecided.at()
                : end;
    }

    private static Step unobstructed(
            Running running, @Nullable Verdict verdict, Present present, Instant now) {
        if (running.awaitsApproval()) {
            return awaiting(running, present, now);
        }
        boolean passed =
                verdict instanceof Passed
                        || verdict instanceof Undecided
                        || LiveFailure.isReplaced(running, present);
        if (!passed || !isFresh(verdict, running, now)) {
            return new RunGates(running, running);
        }
        if (verdict instanceof Undecided undecided) {
            return new Wait(Decision.SOON, undecided.why(), running);
        }
        Duration left = Duration.between(now, holdEnd(running));
        if (left.isPositive()) {
            Duration time = left.compareTo(Decision.SOON) < 0 ? left : Decision.SOON;
            long seconds = Math.ceilDiv(left.toMillis(), 1000);
            boolean bakes = left.compareTo(running.rollout().plan().analysis().bake()) <= 0;
            boolean isLast = running.stage() == running.rollout().plan().last();
            String what = isLast && bakes ? "bake" : "hold";
            return new Wait(time, what + " for another " + seconds + " s", running);
        }
        return advance(running, present, now);
    }

    /** Waits without running gates, so that both revisions may scale to zero. */
    private static Step awaiting(Running running, Present present, Instant now) {
        Duration left = Duration.between(now, holdEnd(running));
        String candidate = running.rollout().candidate();
        if (!left.isPositive()) {
            String reason =
                    "%s has passed the gates, but nobody approved it within %s. Deploy it again to wait for another approval."
                            .formatted(candidate, DurationText.time(running.hold()));
            return back(new Returning(running.rollout(), Outcome.FAILED, reason), present, now);
        }
        String why =
                "waits for 'rollout approve' for another %d min".formatted(left.toMinutes() + 1);
        return new Wait(left.compareTo(APPROVAL) < 0 ? left : APPROVAL, why, running);
    }

    /** Whether the gates' last verdict is on this stage, and recent. */
    static boolean isFresh(@Nullable Verdict verdict, Running running, Instant now) {
        return switch (verdict) {
            case Passed passed -> isFresh(passed.stage(), passed.at(), running, now);
            case Undecided undecided -> isFresh(undecided.stage(), undecided.at(), running, now);
            case LiveFailed failed -> isFresh(failed.stage(), failed.at(), running, now);
            case null, default -> false;
        };
    }

    private static boolean isFresh(int stage, Instant at, Running running, Instant now) {
        return stage == running.stage()
                && !at.isBefore(running.since())
                && !at.isAfter(now)
                && now.isBefore(at.plus(WATCH));
    }

    private static Instant holdEnd(Running running) {
        return running.since().plus(running.hold());
    }

    private static Step advance(Running running, Present present, Instant now) {
        Rollout rollout = running.rollout();
        if (rollout.live() == null || running.stage() == rollout.plan().last()) {
            return win(running, present, "The candidate has passed every gate.", now);
        }
        if (running.stage() == 0 && rollout.plan().analysis().approval().isPositive()) {
            Running waiting = new Running(rollout, 0, now, true);
            String why = "The gates are passed: " + rollout.candidate() + " waits for an approval.";
            return write(waiting, null, running, why);
        }
        return share(running, "The gates are passed", present, now);
    }

    /** The next share of traffic. */
    static Write share(Running running, String reason, Present present, Instant now) {
        Rollout rollout = running.rollout();
        int stage = running.stage() + 1;
        Running next = new Running(rollout, stage, now);
        String why = reason + ": " + rollout.plan().percent(stage) + " %.";
        return write(next, expected(next, present), running, why);
    }

    /** All traffic for the candidate, which is the live revision from now on. */
    static Write win(Running running, Present present, String reason, Instant now) {
        Rollout rollout = running.rollout();
        String live = rollout.live();
        Traffic traffic =
                live == null
                        ? Traffic.first(rollout.candidate(), Tags.LIVE)
                        : present.traffic().swap(rollout.candidate(), live, present.ready());
        Over over = new Over(rollout, Outcome.WON, reason, now);
        return new Write(
                new Change(over, traffic, false),
                over,
                running,
                rollout.candidate() + " is live now.");
    }

    /** The traffic and annotations of the Service at a stage. */
    private static Traffic expected(Running running, Present present) {
        Rollout rollout = running.rollout();
        if (rollout.live() == null) {
            return Traffic.first(rollout.candidate(), Tags.CANDIDATE);
        }
        int percent = rollout.plan().percent(running.stage());
        return present.traffic()
                .split(rollout.live(), rollout.candidate(), percent, present.ready());
    }

    private static Step fail(Running running, String reason, Present present, Instant now) {
        String end = reason.endsWith(".") ? "" : ".";
        String sentence = running.rollout().candidate() + " failed. " + reason + end;
        return back(new Returning(running.rollout(), Outcome.FAILED, sentence), present, now);
    }

    static Step returning(Returning returning, Present present, Instant now) {
        Rollout rollout = returning.rollout();
        boolean mine = Decision.isRecorded(rollout, present);
        boolean exposed = present.traffic().of(rollout.candidate()) > 0;
        return switch (present.recorded()) {
            case Running _ when mine -> back(returning, present, now);
            case Running other -> superseded(other);
            case Over over when mine && !exposed -> new Stop(over.outcome().exit(), over.reason());
            case null, default ->
                    exposed ? back(returning, present, now) : superseded(present.recorded());
        };
    }

    /**
     * Sends all traffic back to live: a candidate that failed keeps none. If somebody else has
     * already taken its traffic away, their change stays. Without a live revision the Service is
     * deleted, unless somebody else has given it another one.
     */
    static Step back(Returning returning, Present present, Instant now) {
        Rollout rollout = returning.rollout();
        String live = rollout.live();
        if (live == null && present.traffic().of(rollout.candidate()) < 100) {
            String what = returning.reason() + " Somebody else changed the traffic.";
            return leave(returning, rollout, what, now);
        }
        if (live == null) {
            String removed = " There was no revision to go back to, so the Service was removed.";
            return new Step.Delete(
                    new Over(rollout, returning.outcome(), returning.reason() + removed, now),
                    returning,
                    "The Service is removed.");
        }
        if (!present.revisions().containsKey(live)) {
            String what = returning.reason() + " The live revision " + live + " is gone.";
            return leave(returning, rollout, what, now);
        }
        if (LiveFailure.isCandidateBetter(returning, present)) {
            return LiveFailure.stay(returning, present);
        }
        Traffic home = present.traffic().home(live, rollout.candidate(), present.ready());
        boolean untouched =
                present.traffic().of(rollout.candidate()) == 0 && present.traffic().of(live) < 100;
        String where =
                untouched
                        ? " Somebody else has moved the traffic, which is left as it is."
                        : " All traffic is on %s; %s is kept at 0 %%.%s"
                                .formatted(
                                        live,
                                        rollout.candidate(),
                                        LiveFailure.alsoNotReady(live, present));
        Over over = new Over(rollout, returning.outcome(), returning.reason() + where, now);
        return new Write(
                new Change(over, untouched ? null : home, false),
                over,
                returning,
                "Back: " + returning.reason());
    }

    private static Step leave(State meanwhile, Rollout rollout, String what, Instant now) {
        String reason =
                what
                        + " It is left as it is. See it with 'rollout status'; then deploy again,"
                        + " or put all traffic on a revision with kubectl.";
        Over over = new Over(rollout, Outcome.OVERRULED, reason, now);
        return new Write(new Change(over, null, false), over, meanwhile, what);
    }

    private static Write write(
            Running next, @Nullable Traffic traffic, Running before, String why) {
        return new Write(new Change(next, traffic, false), next, before, why);
    }

    static Stop endedElsewhere(Over over) {
        return over.outcome() == Outcome.ABORTED
                ? new Stop(Exit.RETURNED, over.reason())
                : new Stop(over.outcome().exit(), over.reason());
    }

    private static Stop superseded(@Nullable Recorded recorded) {
        String who =
                recorded == null
                        ? "Somebody removed the annotations of this rollout"
                        : "Rollout " + recorded.rollout().id() + " has taken over";
        return new Stop(
                Exit.OVERRULED,
                who + ", so this one stops and changes nothing. See 'rollout status'.");
    }

    /** Waits until what was written reaches users, then ends. */
    static Step over(Over over, Present present, Instant now) {
        boolean mine = Decision.isRecorded(over.rollout(), present);
        if ((mine || present.recorded() == null) && isWrittenBack(over, present)) {
            return writtenBack(over, present, now);
        }
        if (mine
                && over.outcome() == Outcome.WON
                && present.traffic().of(over.rollout().candidate()) < 100) {
            return new Stop(
                    Exit.OVERRULED,
                    over.reason()
                            + " But somebody else has changed the traffic since: "
                            + present.traffic()
                            + ".");
        }
        if (!mine || present.settled() || over.outcome() == Outcome.OVERRULED) {
            return new Stop(over.outcome().exit(), over.reason());
        }
        Instant deadline = over.at().plus(over.rollout().plan().deadline());
        if (!now.isBefore(deadline)) {
            return new Stop(
                    Exit.LOST,
                    over.reason()
                            + " The traffic is written, but Knative does not apply it: "
                            + present.unsettled());
        }
        return new Wait(Decision.SOON, present.unsettled(), notLater(over, now));
    }

    /** Whether somebody gave a candidate traffic again after all of it had gone back to live. */
    private static boolean isWrittenBack(Over over, Present present) {
        Rollout rollout = over.rollout();
        return over.outcome().returnsToLive()
                && rollout.live() != null
                && present.revisions().containsKey(rollout.live())
                && present.traffic().of(rollout.candidate()) > 0;
    }

    /** Sends the traffic back once more, for as long as a stage may take to settle. */
    private static Step writtenBack(Over over, Present present, Instant now) {
        Rollout rollout = over.rollout();
        if (!now.isBefore(over.at().plus(rollout.plan().deadline()))) {
            return new Stop(
                    Exit.LOST,
                    over.reason()
                            + " But something else keeps giving "
                            + rollout.candidate()
                            + " traffic. Have it leave spec.traffic alone, then put all traffic on "
                            + rollout.live()
                            + " with kubectl.");
        }
        String live = String.valueOf(rollout.live());
        Traffic home = present.traffic().home(live, rollout.candidate(), present.ready());
        return new Write(
                new Change(over, home, false),
                notLater(over, now),
                over,
                "Back once more: somebody else gave " + rollout.candidate() + " traffic.");
    }

    /** Handles a clock that went back, because otherwise a deadline would never come. */
    private static Over notLater(Over over, Instant now) {
        return now.isBefore(over.at())
                ? new Over(over.rollout(), over.outcome(), over.reason(), now)
                : over;
    }
}
