package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.State.Deploy;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Recorded;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Write;

import java.time.Instant;
import java.util.Map;

/** The first step of {@code rollout deploy}. */
final class DeploySteps {

    private DeploySteps() {}

    static Step next(Deploy deploy, Observation observation, Present present, Instant now) {
        return present.records(deploy.rollout())
                ? alreadyBegun(deploy, present, observation, now)
                : start(deploy, present, now);
    }

    /** The first deployment: there is no revision to compare with or to go back to. */
    static Step first(Deploy deploy, Instant now) {
        Rollout rollout = deploy.rollout();
        Running running = new Running(rollout, 0, now);
        Change change =
                new Change(running, Traffic.first(rollout.candidate(), Tags.CANDIDATE), true);
        return new Write(
                change, running, deploy, "There is no Service of this name: it is created.");
    }

    /**
     * Resumes after the answer of the first write was lost, or the command was killed. Nobody
     * watched the candidate's traffic since then, so its hold starts again.
     */
    private static Step alreadyBegun(
            Deploy deploy, Present present, Observation observation, Instant now) {
        return switch (present.recorded()) {
            case Running running when running.stage() > 0 -> {
                String why =
                        "This rollout is under way: it resumes at %d %%. The hold starts again."
                                .formatted(running.rollout().plan().percent(running.stage()));
                yield StageSteps.restartHold(running, deploy, why, now);
            }
            case Running running -> RolloutSteps.next(running, null, observation, present, now);
            case Over over when over.outcome() == Outcome.ABORTED ->
                    EndedRollout.endedElsewhere(over);
            case Over over -> EndedRollout.next(over, present, now);
            case null -> throw new IllegalStateException("The Service records this rollout.");
        };
    }

    private static Step start(Deploy deploy, Present present, Instant now) {
        Rollout wanted = deploy.rollout();
        Recorded recorded = present.recorded();
        if (recorded != null && wanted.isSupersededBy(recorded.rollout())) {
            return superseded(recorded.rollout());
        }
        if (recorded instanceof Running other) {
            if (other.rollout().candidate().equals(wanted.candidate())) {
                return resume(other, deploy, now);
            }
            return deploy.takeOver() ? takeOver(other, deploy, present, now) : busy(other);
        }
        return begin(deploy, present, now);
    }

    /** Stops a command that was killed and restarted after somebody submitted another one. */
    private static Stop superseded(Rollout other) {
        return new Stop(
                Exit.OVERRULED,
                "Rollout %s of %s was submitted after this one, at %s, so this one changes nothing. Run it again if it is still wanted."
                        .formatted(other.id(), other.candidate(), other.begun()));
    }

    private static Step begin(Deploy deploy, Present present, Instant now) {
        Map<String, Integer> shares = present.traffic().shares();
        if (shares.size() > 1) {
            return new Stop(
                    Exit.REFUSED,
                    "No single revision is live: "
                            + present.traffic()
                            + ". Put all traffic on one of them, with 'rollout rollback' or with"
                            + " kubectl, and deploy again.");
        }
        String live = shares.keySet().iterator().next();
        String candidate = deploy.rollout().candidate();
        if (live.equals(candidate)) {
            return new Stop(
                    Exit.DONE,
                    candidate + " has all traffic and is the same: there is nothing to do.");
        }
        Running running = new Running(deploy.rollout().from(live), 0, now);
        Traffic traffic = present.traffic().split(live, candidate, 0, present.ready());
        String why = candidate + " becomes the candidate at 0 %; " + live + " stays live.";
        return new Write(new Change(running, traffic, true), running, deploy, why);
    }

    private static Step resume(Running other, Deploy deploy, Instant now) {
        Rollout rollout = other.rollout().takenOverBy(deploy.rollout());
        Running running = new Running(rollout, other.stage(), now);
        String why =
                "The rollout %s of this candidate is under way: it is taken over at %d %%, with its plan."
                        .formatted(other.rollout().id(), rollout.plan().percent(other.stage()));
        return new Write(new Change(running, null, false), running, deploy, why);
    }

    private static Stop busy(Running other) {
        Rollout rollout = other.rollout();
        return new Stop(
                Exit.REFUSED,
                "The rollout %s of %s is under way, at %d %% since %s. Wait for it, end it with 'rollout abort', or deploy with --take-over."
                        .formatted(
                                rollout.id(),
                                rollout.candidate(),
                                rollout.plan().percent(other.stage()),
                                other.since()));
    }

    /** Ends the rollout of another candidate; the deployment itself remains to be done. */
    private static Step takeOver(Running other, Deploy deploy, Present present, Instant now) {
        String reason =
                "The rollout of "
                        + other.rollout().candidate()
                        + " was ended by the rollout of another candidate.";
        Returning returning = new Returning(other.rollout(), Outcome.ABORTED, reason);
        if (LiveRevision.isWorseThanCandidate(returning, present)) {
            return LiveRevision.refuse(other.rollout(), present);
        }
        return switch (ReturnToLive.back(returning, present, now)) {
            case Write write -> new Write(write.change(), deploy, deploy, write.why());
            case Step.Delete delete -> new Step.Delete(deploy, deploy, delete.why());
            case Step step -> step;
        };
    }
}
