package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.ApiFailure;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Undecided;
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
import java.util.Optional;

/**
 * The steps when the live revision fails and the candidate does not: no traffic is moved to a
 * revision that does not answer. Live may recover within a deadline. After it, the candidate
 * replaces live if the plan says so; otherwise the rollout stops where it is.
 */
final class LiveFailure {

    private LiveFailure() {}

    /** Why live fails, from Knative or the gates; empty if it does not, or was replaced. */
    static Optional<String> problem(Running running, @Nullable Verdict verdict, Present present) {
        Rollout rollout = running.rollout();
        String live = rollout.live();
        if (live == null || isReplaced(running, present)) {
            return Optional.empty();
        }
        if (!present.ready().contains(live)) {
            return Optional.of(notReady(live, present));
        }
        return verdict instanceof LiveFailed failed
                        && failed.stage() == running.stage()
                        && !failed.at().isBefore(running.since())
                ? Optional.of(failed.reason())
                : Optional.empty();
    }

    private static String notReady(String live, Present present) {
        Revision revision = present.revisions().get(live);
        String why = revision == null ? "It is gone." : revision.problem();
        return live + " is not ready: " + why;
    }

    /** A sentence to append to "All traffic is on live."; empty if live is ready. */
    static String alsoNotReady(String live, Present present) {
        return present.ready().contains(live) ? "" : " But " + notReady(live, present);
    }

    /** Whether the candidate has all traffic, and live is no longer a target. */
    static boolean isReplaced(Running running, Present present) {
        Rollout rollout = running.rollout();
        Traffic traffic = present.traffic();
        return rollout.live() != null
                && running.stage() == rollout.plan().last()
                && traffic.of(rollout.candidate()) == 100
                && traffic.tagged(Tags.CANDIDATE).equals(Optional.of(rollout.candidate()))
                && traffic.tagged(Tags.LIVE).isEmpty();
    }

    /** Whether the gates have passed since then, in comparison with live. */
    static boolean isRecovered(LiveDown down, @Nullable Verdict verdict) {
        return switch (verdict) {
            case Passed passed -> !passed.at().isBefore(down.since());
            case Undecided undecided -> !undecided.at().isBefore(down.since());
            case null, default -> false;
        };
    }

    /** Waits for live while the gates run; at the deadline, the plan decides. */
    static Step next(LiveDown down, @Nullable Verdict verdict, Present present, Instant now) {
        Running running = down.running();
        // Knative may apply no new routes, but a candidate that once had its address keeps it.
        boolean hasAddress = present.settled() || running.stage() > 0;
        if (hasAddress && !RolloutSteps.isFresh(verdict, running, now)) {
            return new RunGates(running, down);
        }
        RolloutPlan plan = running.rollout().plan();
        if (now.isBefore(down.since().plus(plan.liveDeadline()))) {
            return new Wait(Decision.SOON, down.reason() + " It may recover.", down);
        }
        return plan.replacesFailedLive() ? replace(down, present, now) : stop(down, present);
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

    private static Stop stop(LiveDown down, Present present) {
        Rollout rollout = down.running().rollout();
        return new Stop(
                Exit.LIVE_FAILED,
                down.reason() + " " + rollout.candidate() + where(present) + choices(rollout));
    }

    private static String where(Present present) {
        return " did not fail. The traffic is left as it is: " + present.traffic() + ".";
    }

    private static String choices(Rollout rollout) {
        return " Repair "
                + rollout.live()
                + " and run the same command again, which resumes; or add --replace-failed-live to"
                + " give all traffic to "
                + rollout.candidate()
                + ".";
    }

    /** The candidate failed too, or a signal stops the command. */
    static Step back(Returning returning, LiveDown down, Present present, Instant now) {
        boolean isExposed = present.traffic().of(returning.rollout().candidate()) > 0;
        if (returning.outcome() == Outcome.FAILED || !isExposed) {
            return RolloutSteps.back(returning, present, now);
        }
        return stay(returning, down.reason(), present);
    }

    /** Whether going back would move traffic from a healthy candidate to a failing revision. */
    static boolean isCandidateBetter(Returning returning, Present present) {
        Rollout rollout = returning.rollout();
        return returning.outcome() != Outcome.FAILED
                && rollout.live() != null
                && !present.ready().contains(rollout.live())
                && present.ready().contains(rollout.candidate())
                && present.traffic().of(rollout.candidate()) > 0;
    }

    /** Ends the command and leaves the traffic, because live is not ready to take it back. */
    static Stop stay(Returning returning, Present present) {
        String live = String.valueOf(returning.rollout().live());
        return stay(returning, notReady(live, present), present);
    }

    private static Stop stay(Returning returning, String liveProblem, Present present) {
        Rollout rollout = returning.rollout();
        Exit exit =
                returning.outcome() == Outcome.INTERRUPTED ? Exit.INTERRUPTED : Exit.LIVE_FAILED;
        return new Stop(
                exit,
                returning.reason()
                        + " "
                        + liveProblem
                        + " "
                        + rollout.candidate()
                        + where(present)
                        + choices(rollout));
    }

    /** The refusal of another command that would send all traffic to live. */
    static Stop refuse(Rollout rollout, Present present) {
        return new Stop(
                Exit.REFUSED,
                notReady(String.valueOf(rollout.live()), present)
                        + " All traffic would go to it, while "
                        + rollout.candidate()
                        + " is ready. Send all traffic there with 'rollout promote', or repair "
                        + rollout.live()
                        + " first.");
    }

    /** Ends the command: the API server is out of reach while live fails, so nothing is written. */
    static Stop outOfReach(LiveDown down, ApiFailure apiFailure) {
        return new Stop(
                Exit.LOST,
                down.reason()
                        + " "
                        + apiFailure.problem()
                        + " The traffic is as it was. Run the same command again to resume.");
    }
}
