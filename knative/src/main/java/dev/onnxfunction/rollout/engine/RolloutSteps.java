package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Undecided;
import dev.onnxfunction.rollout.engine.Observation.Untested;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.RunGates;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Wait;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;

/**
 * The steps of a running rollout. Whatever is wrong is handled first; {@link StageSteps} has the
 * steps if nothing is.
 */
final class RolloutSteps {

    private RolloutSteps() {}

    /**
     * The next step.
     *
     * @param running the rollout as the command remembers it
     * @param down the failure of the live revision; null if it does not fail
     */
    static Step next(
            Running running,
            @Nullable LiveDown down,
            Observation observation,
            Present present,
            Instant now) {
        if (!present.records(running.rollout())) {
            return EndedRollout.superseded(present.recorded());
        }
        return switch (present.recorded()) {
            case Running recorded -> recorded(recorded, down, observation, present, now);
            case Over over -> EndedRollout.endedElsewhere(over);
            case null -> throw new IllegalStateException("The Service records this rollout.");
        };
    }

    private static Step recorded(
            Running running,
            @Nullable LiveDown down,
            Observation observation,
            Present present,
            Instant now) {
        Rollout rollout = running.rollout();
        if (observation.verdict() instanceof Failed failed) {
            Returning returning = new Returning(rollout, failed.outcome(), failed.reason());
            return down == null
                    ? ReturnToLive.back(returning, present, now)
                    : LiveFailure.back(returning, down, present, now);
        }
        Optional<String> interference = interference(running, present);
        if (interference.isPresent()) {
            return ReturnToLive.leave(running, rollout, interference.get(), now);
        }
        if (now.isBefore(running.since())) {
            // A hold cannot be measured with a clock that went back.
            String why = "The clock went back, so the hold starts again.";
            return StageSteps.restartHold(running, running, why, now);
        }
        return undisturbed(running, down, observation.verdict(), present, now);
    }

    /** What somebody else changed in the Service so that the rollout cannot continue. */
    private static Optional<String> interference(Running running, Present present) {
        String live = running.rollout().live();
        if (live != null && !present.revisions().containsKey(live)) {
            return Optional.of("The live revision " + live + " is gone.");
        }
        return StageSteps.traffic(running, present).sameAs(present.traffic())
                        || LiveRevision.isReplaced(running, present)
                ? Optional.empty()
                : Optional.of("Somebody else changed the traffic.");
    }

    private static Step undisturbed(
            Running running,
            @Nullable LiveDown down,
            @Nullable Verdict verdict,
            Present present,
            Instant now) {
        Revision candidate = present.revisions().get(running.rollout().candidate());
        if (candidate != null && candidate.readiness() == Readiness.READY) {
            if (verdict instanceof Untested untested) {
                return untested(running, untested, present, now);
            }
            Optional<String> liveProblem = LiveRevision.problem(running, verdict, present);
            if (liveProblem.isPresent()) {
                Instant since = down == null ? now : down.since();
                LiveDown still = new LiveDown(running, since, liveProblem.get());
                return LiveFailure.next(still, verdict, present, now);
            }
        }
        Optional<String> obstacle = obstacle(candidate, present);
        if (obstacle.isPresent()) {
            State state = down == null ? running : down;
            return obstructed(running, state, verdict, present, obstacle.get(), now);
        }
        return down == null || LiveRevision.isRecovered(down, verdict)
                ? StageSteps.next(running, verdict, present, now)
                : new RunGates(running, down);
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
        Returning returning = new Returning(rollout, Outcome.DISCONNECTED, untested.reason());
        return ReturnToLive.back(returning, present, now);
    }

    /** Why the candidate cannot be tested now. */
    private static Optional<String> obstacle(@Nullable Revision candidate, Present present) {
        if (candidate == null) {
            return Optional.of("Knative has not created the revision.");
        }
        if (candidate.readiness() != Readiness.READY) {
            return Optional.of(candidate.problem());
        }
        return present.settled() ? Optional.empty() : Optional.of(present.unsettled());
    }

    /** Waits for the obstacle to go away, unless it is final or the deadline has passed. */
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
            return ReturnToLive.fail(running, "It is gone.", present, now);
        }
        if (candidate != null && candidate.readiness() == Readiness.FAILED) {
            return ReturnToLive.fail(running, "It is not ready: " + why, present, now);
        }
        Instant end = lastWell(running, verdict).plus(rollout.plan().deadline());
        if (!now.isBefore(end)) {
            String limit = DurationText.of(rollout.plan().deadline());
            String reason = "It was not ready within " + limit + ": " + why;
            return ReturnToLive.fail(running, reason, present, now);
        }
        return Wait.soon(why, state);
    }

    /** The end of the hold, or the later time at which the gates passed an extended hold. */
    private static Instant lastWell(Running running, @Nullable Verdict verdict) {
        Instant end = running.holdEnd();
        return verdict instanceof Undecided undecided
                        && undecided.stage() == running.stage()
                        && undecided.at().isAfter(end)
                ? undecided.at()
                : end;
    }
}
