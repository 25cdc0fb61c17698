package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.State.Abort;
import dev.onnxfunction.rollout.engine.State.Approve;
import dev.onnxfunction.rollout.engine.State.Command;
import dev.onnxfunction.rollout.engine.State.Deploy;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Promote;
import dev.onnxfunction.rollout.engine.State.Recorded;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Rollback;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Write;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The first step of a command. */
final class Commands {

    private Commands() {}

    static Step next(Command command, Observation observation, Present present, Instant now) {
        if (command instanceof Deploy deploy && Decision.isRecorded(deploy.rollout(), present)) {
            return begun(present, observation, now);
        }
        if (observation.verdict() instanceof Failed failed) {
            return new Stop(failed.outcome().exit(), failed.reason() + " Nothing was changed.");
        }
        return switch (command) {
            case Deploy deploy -> deploy(deploy, present, now);
            case Promote _ -> promote(present, now);
            case Approve _ -> approve(present, now);
            case Abort _ -> abort(present, now);
            case Rollback rollback -> rollback(rollback, present, now);
        };
    }

    /** A first deployment: there is no revision to compare with or to go back to. */
    static Step first(Deploy deploy, Instant now) {
        Rollout rollout = deploy.rollout();
        Running running = new Running(rollout, 0, now);
        Change change =
                new Change(running, Traffic.first(rollout.candidate(), Tags.CANDIDATE), true);
        return new Write(change, running, deploy, "There is no such Service: it is made.");
    }

    private static Step deploy(Deploy deploy, Present present, Instant now) {
        Rollout wanted = deploy.rollout();
        Recorded recorded = present.recorded();
        if (recorded != null && wanted.isSupersededBy(recorded.rollout())) {
            return superseded(recorded.rollout());
        }
        if (recorded instanceof Running other) {
            if (other.rollout().candidate().equals(wanted.candidate())) {
                return resume(other, deploy, now);
            }
            return deploy.takeOver() ? endOf(other, deploy, present, now) : busy(other);
        }
        return begin(deploy, present, now);
    }

    /** Stops a command that was killed and restarted after somebody submitted another one. */
    private static Stop superseded(Rollout other) {
        return new Stop(
                Exit.OVERRULED,
                "Rollout %s of %s was asked for after this one, at %s, so this one changes nothing. Run it again if it is still wanted."
                        .formatted(other.id(), other.candidate(), other.begun()));
    }

    /** Resumes after the answer of the first write was lost, or the command was killed. */
    private static Step begun(Present present, Observation observation, Instant now) {
        return switch (present.recorded()) {
            case Running running -> RolloutSteps.running(running, null, observation, present, now);
            case Over over when over.outcome() == Outcome.ABORTED ->
                    RolloutSteps.endedElsewhere(over);
            case Over over -> RolloutSteps.over(over, present, now);
            case null -> throw new IllegalStateException("It is recorded.");
        };
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
        String why = candidate + " is made a candidate at 0 %, while " + live + " stays live.";
        return new Write(new Change(running, traffic, true), running, deploy, why);
    }

    private static Step resume(Running other, Deploy deploy, Instant now) {
        Rollout rollout = other.rollout().takenOverBy(deploy.rollout());
        Running running = new Running(rollout, other.stage(), now);
        String why =
                "The rollout "
                        + other.rollout().id()
                        + " of this candidate is under way: it is taken over at "
                        + rollout.plan().percent(other.stage())
                        + " %, with its plan.";
        return new Write(new Change(running, null, false), running, deploy, why);
    }

    private static Stop busy(Running other) {
        Rollout rollout = other.rollout();
        return new Stop(
                Exit.REFUSED,
                "The rollout "
                        + rollout.id()
                        + " of "
                        + rollout.candidate()
                        + " is under way, at "
                        + rollout.plan().percent(other.stage())
                        + " % since "
                        + other.since()
                        + ". Wait for it, end it with 'rollout abort', or deploy with"
                        + " --take-over.");
    }

    /** Sends all traffic back to live; the command itself remains to be done. */
    private static Step endOf(Running other, State then, Present present, Instant now) {
        String reason =
                "The rollout of "
                        + other.rollout().candidate()
                        + " was ended by that of another candidate.";
        Returning returning = new Returning(other.rollout(), Outcome.ABORTED, reason);
        if (LiveFailure.isCandidateBetter(returning, present)) {
            return LiveFailure.refuse(other.rollout(), present);
        }
        return switch (RolloutSteps.back(returning, present, now)) {
            case Write write -> new Write(write.change(), then, then, write.why());
            case Step.Delete delete -> new Step.Delete(then, then, delete.why());
            case Step step -> step;
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
            case Running running ->
                    again(
                            RolloutSteps.win(
                                    running,
                                    present,
                                    "It was promoted before its holds had ended.",
                                    now),
                            new Promote());
            case Over over when over.outcome() == Outcome.WON ->
                    new Stop(
                            Exit.DONE,
                            over.rollout().candidate() + " has won already: nothing to do.");
            case null, default ->
                    new Stop(
                            Exit.REFUSED,
                            "No rollout is under way, and a candidate that failed is not"
                                    + " promoted. Deploy it again, with other limits if need be.");
        };
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
                    rollout.candidate() + " needs no approval any more: it has " + percent + " %.");
        }
        if (!running.awaitsApproval()) {
            return new Stop(
                    Exit.REFUSED,
                    rollout.candidate()
                            + " has not passed the gates before traffic. Approve it once 'rollout"
                            + " status' says that it waits for it.");
        }
        if (!present.ready().contains(rollout.candidate())) {
            return notReady(rollout);
        }
        Write write = RolloutSteps.share(running, "Approved", present, now);
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
        if (LiveFailure.isCandidateBetter(returning, present)) {
            return LiveFailure.refuse(running.rollout(), present);
        }
        return again(RolloutSteps.back(returning, present, now), new Abort());
    }

    /** The same write, but the command is decided again if the write may have failed. */
    private static Step again(Step step, Command command) {
        return switch (step) {
            case Write write -> new Write(write.change(), write.onSuccess(), command, write.why());
            case Step.Delete delete -> new Step.Delete(delete.onSuccess(), command, delete.why());
            case Step other -> other;
        };
    }

    private static Step rollback(Rollback command, Present present, Instant now) {
        Recorded recorded = present.recorded();
        if (recorded instanceof Over over && over.rollout().id().equals(command.id())) {
            return new Stop(over.outcome().exit(), over.reason());
        }
        if (recorded instanceof Running running) {
            return new Stop(
                    Exit.REFUSED,
                    "The rollout of "
                            + running.rollout().candidate()
                            + " is under way. End it with 'rollout abort', which puts all traffic"
                            + " back on live.");
        }
        String previous = present.traffic().tagged(Tags.PREVIOUS).orElse(null);
        if (previous == null || !present.revisions().containsKey(previous)) {
            return new Stop(
                    Exit.REFUSED,
                    "No revision is tagged 'previous'. See them with 'rollout status' and put the"
                            + " traffic on one with kubectl.");
        }
        if (!present.ready().contains(previous)) {
            return new Stop(
                    Exit.REFUSED,
                    previous + " is not ready: " + present.revisions().get(previous).problem());
        }
        return swapBack(command.id(), previous, present, now);
    }

    private static Step swapBack(String id, String previous, Present present, Instant now) {
        String live =
                present.traffic().shares().entrySet().stream()
                        .max(Map.Entry.comparingByValue())
                        .orElseThrow()
                        .getKey();
        if (live.equals(previous)) {
            return new Stop(Exit.DONE, previous + " has all traffic: there is nothing to do.");
        }
        RolloutPlan atOnce = new RolloutPlan(List.of(100), Duration.ZERO, Duration.ofMinutes(5));
        Rollout rollout = new Rollout(id, previous, live, atOnce, now);
        String reason = "All traffic is on " + previous + ", and " + live + " is tagged previous.";
        Over over = new Over(rollout, Outcome.ROLLED_BACK, reason, now);
        Change change =
                new Change(over, present.traffic().swap(previous, live, present.ready()), false);
        return new Write(change, over, new Rollback(id), "Back to " + previous + ".");
    }
}
