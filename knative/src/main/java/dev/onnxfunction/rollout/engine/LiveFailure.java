package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.ApiFailure;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Step.RunGates;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Wait;
import dev.onnxfunction.rollout.engine.Step.Write;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * The steps when the live revision fails and the candidate does not: no traffic is moved to a
 * revision that does not answer. Live may recover within a deadline. After it, the candidate
 * replaces live if the plan says so; otherwise the rollout stops where it is.
 */
final class LiveFailure {

    private LiveFailure() {}

    /** Waits for live while the gates run; at the deadline, the plan decides. */
    static Step next(LiveDown down, @Nullable Verdict verdict, Present present, Instant now) {
        Running running = down.running();
        // Knative may apply no new routes, but a candidate that once had its address keeps it.
        boolean hasAddress = present.settled() || running.stage() > 0;
        if (hasAddress && !Verdict.isFresh(verdict, running, now)) {
            return new RunGates(running, down);
        }
        RolloutPlan plan = running.rollout().plan();
        if (now.isBefore(down.since().plus(plan.liveDeadline()))) {
            return Wait.soon(down.reason() + " It may recover.", down);
        }
        return plan.replacesFailedLive()
                ? replace(down, present, now)
                : LiveRevision.keepTraffic(
                        Exit.LIVE_FAILED, down.reason(), running.rollout(), present);
    }

    private static Write replace(LiveDown down, Present present, Instant now) {
        Rollout rollout = down.running().rollout();
        Running last = new Running(rollout, rollout.plan().last(), now);
        Traffic alone = present.traffic().alone(rollout.candidate(), present.ready());
        String why =
                down.reason()
                        + " "
                        + rollout.candidate()
                        + " replaces it and is judged alone, without a comparison.";
        return new Write(new Change(last, alone, false), last, down, why);
    }

    /** The step when the candidate fails, too, or a signal stops the command. */
    static Step back(Returning returning, LiveDown down, Present present, Instant now) {
        boolean isExposed = present.traffic().of(returning.rollout().candidate()) > 0;
        if (returning.outcome() == Outcome.FAILED || !isExposed) {
            return ReturnToLive.back(returning, present, now);
        }
        return LiveRevision.keepTraffic(returning, down.reason(), present);
    }

    /** Ends the command without a write: the API server is out of reach while live fails. */
    static Stop outOfReach(LiveDown down, ApiFailure apiFailure) {
        return new Stop(
                Exit.LOST,
                down.reason()
                        + " "
                        + apiFailure.problem()
                        + " The traffic is as it was. Run the same command again to resume.");
    }
}
