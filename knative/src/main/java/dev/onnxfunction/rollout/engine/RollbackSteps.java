package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Recorded;
import dev.onnxfunction.rollout.engine.State.Rollback;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Write;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The first step of {@code rollout rollback}. */
final class RollbackSteps {

    private RollbackSteps() {}

    static Step next(Rollback command, Present present, Instant now) {
        Recorded recorded = present.recorded();
        if (recorded instanceof Over over && over.rollout().id().equals(command.id())) {
            return new Stop(over.outcome().exit(), over.reason());
        }
        if (recorded instanceof Running running) {
            return refuse(
                    "The rollout of "
                            + running.rollout().candidate()
                            + " is under way. End it with 'rollout abort', which puts all traffic"
                            + " back on live.");
        }
        String previous = present.traffic().tagged(Tags.PREVIOUS).orElse(null);
        if (previous == null || !present.revisions().containsKey(previous)) {
            return refuse(
                    "No revision is tagged 'previous'. See them with 'rollout status' and put the"
                            + " traffic on one with kubectl.");
        }
        if (!present.ready().contains(previous)) {
            return refuse(
                    previous + " is not ready: " + present.revisions().get(previous).problem());
        }
        return swap(command.id(), previous, present, now);
    }

    private static Stop refuse(String reason) {
        return new Stop(Exit.REFUSED, reason);
    }

    /** Sends all traffic to the previous revision, and tags the live one {@code previous}. */
    private static Step swap(String id, String previous, Present present, Instant now) {
        String live =
                present.traffic().shares().entrySet().stream()
                        .max(Map.Entry.comparingByValue())
                        .orElseThrow()
                        .getKey();
        if (live.equals(previous)) {
            return new Stop(Exit.DONE, previous + " has all traffic: there is nothing to do.");
        }
        RolloutPlan atOnce = new RolloutPlan(List.of(100), Duration.ZERO, RolloutPlan.DEADLINE);
        Rollout rollout = new Rollout(id, previous, live, atOnce, now);
        String reason = "All traffic is on " + previous + ", and " + live + " is tagged previous.";
        Over over = new Over(rollout, Outcome.ROLLED_BACK, reason, now);
        Change change =
                new Change(over, present.traffic().swap(previous, live, present.ready()), false);
        return new Write(change, over, new Rollback(id), "Back to " + previous + ".");
    }
}
