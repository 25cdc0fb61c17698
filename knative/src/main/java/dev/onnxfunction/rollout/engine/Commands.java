package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.State.Abort;
import dev.onnxfunction.rollout.engine.State.Approve;
import dev.onnxfunction.rollout.engine.State.Command;
import dev.onnxfunction.rollout.engine.State.Deploy;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Promote;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Rollback;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Write;

import java.time.Instant;

/** The first step of a command. */
final class Commands {

    private Commands() {}

    static Step next(Command command, Observation observation, Present present, Instant now) {
        boolean resumes = command instanceof Deploy deploy && present.records(deploy.rollout());
        if (observation.verdict() instanceof Failed failed && !resumes) {
            return new Stop(failed.outcome().exit(), failed.reason() + " Nothing was changed.");
        }
        return switch (command) {
            case Deploy deploy -> DeploySteps.next(deploy, observation, present, now);
            case Promote _ -> promote(present, now);
            case Approve _ -> approve(present, now);
            case Abort _ -> abort(present, now);
            case Rollback rollback -> RollbackSteps.next(rollback, present, now);
        };
    }

    private static Step promote(Present present, Instant now) {
        return switch (present.recorded()) {
            case Running running when running.stage() == 0 && !running.awaitsApproval() ->
                    new Stop(
                            Exit.REFUSED,
                            running.rollout().candidate()
                                    + " has not passed the gates before traffic. Wait until it"
                                    + " has.");
            case Running running when !present.ready().contains(running.rollout().candidate()) ->
                    notReady(running.rollout());
            case Running running -> promote(running, present, now);
            case Over over when over.outcome() == Outcome.WON ->
                    new Stop(
                            Exit.DONE,
                            over.rollout().candidate()
                                    + " is live already: there is nothing to do.");
            case null, default ->
                    new Stop(
                            Exit.REFUSED,
                            "No rollout is under way, and a candidate that failed is not"
                                    + " promoted. Deploy it again, with other limits if need be.");
        };
    }

    private static Step promote(Running running, Present present, Instant now) {
        String reason = "It was promoted before its holds had ended.";
        return retried(StageSteps.promote(running, present, reason, now), new Promote());
    }

    private static Step approve(Present present, Instant now) {
        if (!(present.recorded() instanceof Running running)) {
            return new Stop(Exit.REFUSED, "No rollout is under way, so nothing can be approved.");
        }
        Rollout rollout = running.rollout();
        if (running.stage() > 0) {
            int percent = rollout.plan().percent(running.stage());
            return new Stop(
                    Exit.DONE,
                    "%s needs no approval any more: it has %d %%. If its 'rollout deploy' was killed, nobody watches it: run the same command again to resume."
                            .formatted(rollout.candidate(), percent));
        }
        if (!running.awaitsApproval()) {
            return new Stop(
                    Exit.REFUSED,
                    rollout.candidate()
                            + " has not passed the gates before traffic. Approve it once 'rollout"
                            + " status' shows that it waits for an approval.");
        }
        if (!present.ready().contains(rollout.candidate())) {
            return notReady(rollout);
        }
        Write write = StageSteps.nextStage(running, "Approved", present, now);
        return new Write(write.change(), new Approve(), new Approve(), write.why());
    }

    private static Stop notReady(Rollout rollout) {
        return new Stop(
                Exit.REFUSED,
                rollout.candidate() + " is not ready. End its rollout with 'rollout abort'.");
    }

    static Step abort(Present present, Instant now) {
        if (!(present.recorded() instanceof Running running)) {
            return new Stop(Exit.DONE, "No rollout is under way: there is nothing to abort.");
        }
        String reason = "The rollout of " + running.rollout().candidate() + " was aborted.";
        Returning returning = new Returning(running.rollout(), Outcome.ABORTED, reason);
        if (LiveRevision.isWorseThanCandidate(returning, present)) {
            return LiveRevision.refuse(running.rollout(), present);
        }
        return retried(ReturnToLive.back(returning, present, now), new Abort());
    }

    /** The same write; if it may have failed, the command is decided again. */
    private static Step retried(Step step, Command command) {
        return switch (step) {
            case Write write -> new Write(write.change(), write.onSuccess(), command, write.why());
            case Step.Delete delete -> new Step.Delete(delete.onSuccess(), command, delete.why());
            case Step other -> other;
        };
    }
}
