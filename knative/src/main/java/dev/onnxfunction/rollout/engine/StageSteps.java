package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.AtStage;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Undecided;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Step.RunGates;
import dev.onnxfunction.rollout.engine.Step.Wait;
import dev.onnxfunction.rollout.engine.Step.Write;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/** The steps of a stage while nothing is wrong: run the gates, hold, and go to the next stage. */
final class StageSteps {

    /** Interval between two checks for an approval. */
    private static final Duration APPROVAL = Duration.ofSeconds(5);

    private StageSteps() {}

    /**
     * Runs the gates unless their verdict is fresh, holds the stage, and advances once the gates
     * have passed after the hold, so that they have seen all of its requests.
     */
    static Step next(Running running, @Nullable Verdict verdict, Present present, Instant now) {
        if (running.awaitsApproval()) {
            return awaitApproval(running, present, now);
        }
        boolean passed =
                verdict instanceof Passed
                        || verdict instanceof Undecided
                        || LiveRevision.isReplaced(running, present);
        if (!passed || !Verdict.isFresh(verdict, running, now)) {
            return new RunGates(running, running);
        }
        if (verdict instanceof Undecided undecided) {
            return Wait.soon(undecided.why(), running);
        }
        Duration left = Duration.between(now, running.holdEnd());
        if (left.isPositive()) {
            return hold(running, left);
        }
        return verdict instanceof AtStage judged && judged.at().isBefore(running.holdEnd())
                ? new RunGates(running, running)
                : advance(running, present, now);
    }

    private static Wait hold(Running running, Duration left) {
        RolloutPlan plan = running.rollout().plan();
        boolean bakes =
                running.stage() == plan.last() && left.compareTo(plan.analysis().bake()) <= 0;
        long seconds = Math.ceilDiv(left.toMillis(), 1000);
        String why = "%s for another %d s".formatted(bakes ? "bake" : "hold", seconds);
        return Wait.atMost(left, Wait.SOON, why, running);
    }

    /** Waits without running gates, so that both revisions may scale to zero. */
    private static Step awaitApproval(Running running, Present present, Instant now) {
        Duration left = Duration.between(now, running.holdEnd());
        if (!left.isPositive()) {
            String reason =
                    "%s has passed the gates, but nobody approved it within %s. Deploy it again to wait for another approval."
                            .formatted(
                                    running.rollout().candidate(), DurationText.of(running.hold()));
            Returning returning = new Returning(running.rollout(), Outcome.FAILED, reason);
            return ReturnToLive.back(returning, present, now);
        }
        String why =
                "waits for 'rollout approve' for another %d min".formatted(left.toMinutes() + 1);
        return Wait.atMost(left, APPROVAL, why, running);
    }

    private static Step advance(Running running, Present present, Instant now) {
        Rollout rollout = running.rollout();
        if (rollout.live() == null || running.stage() == rollout.plan().last()) {
            return promote(running, present, "The candidate has passed every gate.", now);
        }
        if (running.stage() == 0 && rollout.plan().analysis().approval().isPositive()) {
            Running waiting = new Running(rollout, 0, now, true);
            String why = "The gates are passed: " + rollout.candidate() + " waits for an approval.";
            return write(waiting, null, running, why);
        }
        return nextStage(running, "The gates are passed", present, now);
    }

    /** Gives the candidate the share of the next stage. */
    static Write nextStage(Running running, String reason, Present present, Instant now) {
        Rollout rollout = running.rollout();
        int stage = running.stage() + 1;
        Running next = new Running(rollout, stage, now);
        String why = reason + ": " + rollout.plan().percent(stage) + " %.";
        return write(next, traffic(next, present), running, why);
    }

    /** Gives all traffic to the candidate, which is the live revision from now on. */
    static Write promote(Running running, Present present, String reason, Instant now) {
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

    /**
     * Starts the hold again.
     *
     * @param before the state of the command until this is written
     */
    static Write restartHold(Running running, State before, String why, Instant now) {
        return write(running.since(now), null, before, why);
    }

    /** The traffic of the Service at a stage. */
    static Traffic traffic(Running running, Present present) {
        Rollout rollout = running.rollout();
        if (rollout.live() == null) {
            return Traffic.first(rollout.candidate(), Tags.CANDIDATE);
        }
        int percent = rollout.plan().percent(running.stage());
        return present.traffic()
                .split(rollout.live(), rollout.candidate(), percent, present.ready());
    }

    private static Write write(Running next, @Nullable Traffic traffic, State before, String why) {
        return new Write(new Change(next, traffic, false), next, before, why);
    }
}
