package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.AtStage;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.Stop;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** Whether the live revision can take traffic, and how a command ends if it cannot. */
final class LiveRevision {

    private LiveRevision() {}

    /** Why live fails, by Knative or the gates; empty if it does not, or was replaced. */
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

    /** Whether the candidate has passed a comparison with live since live failed. */
    static boolean isRecovered(LiveDown down, @Nullable Verdict verdict) {
        return verdict instanceof AtStage judged
                && !(verdict instanceof LiveFailed)
                && !judged.at().isBefore(down.since());
    }

    /** Whether going back would move traffic from a healthy candidate to a failing revision. */
    static boolean isWorseThanCandidate(Returning returning, Present present) {
        Rollout rollout = returning.rollout();
        return returning.outcome() != Outcome.FAILED
                && rollout.live() != null
                && !present.ready().contains(rollout.live())
                && present.ready().contains(rollout.candidate())
                && present.traffic().of(rollout.candidate()) > 0;
    }

    /** Ends the command and leaves the traffic, because live is not ready to take it back. */
    static Stop keepTraffic(Returning returning, Present present) {
        String live = String.valueOf(returning.rollout().live());
        return keepTraffic(returning, notReady(live, present), present);
    }

    /** Ends the command and leaves the traffic, because of this problem of live. */
    static Stop keepTraffic(Returning returning, String problem, Present present) {
        boolean isInterrupted = returning.outcome() == Outcome.INTERRUPTED;
        return keepTraffic(
                isInterrupted ? Exit.INTERRUPTED : Exit.LIVE_FAILED,
                returning.reason() + " " + problem,
                returning.rollout(),
                present);
    }

    /**
     * Ends the command and leaves the traffic.
     *
     * @param reason in sentences
     */
    static Stop keepTraffic(Exit exit, String reason, Rollout rollout, Present present) {
        return new Stop(
                exit,
                "%s %s did not fail. The traffic is left as it is: %s. Repair %s and run the same command again, which resumes; or add --replace-failed-live to give all traffic to %s."
                        .formatted(
                                reason,
                                rollout.candidate(),
                                present.traffic(),
                                rollout.live(),
                                rollout.candidate()));
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
}
