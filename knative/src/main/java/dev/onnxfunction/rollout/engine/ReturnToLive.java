package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Write;

import java.time.Instant;

/** The steps that send all traffic back to the live revision. */
final class ReturnToLive {

    private ReturnToLive() {}

    /** The next step of a rollout whose candidate failed, or that was stopped. */
    static Step next(Returning returning, Present present, Instant now) {
        Rollout rollout = returning.rollout();
        boolean mine = present.records(rollout);
        boolean exposed = present.traffic().of(rollout.candidate()) > 0;
        return switch (present.recorded()) {
            case Running _ when mine -> back(returning, present, now);
            case Running other -> EndedRollout.superseded(other);
            case Over over when mine && !exposed -> new Stop(over.outcome().exit(), over.reason());
            case null, default ->
                    exposed
                            ? back(returning, present, now)
                            : EndedRollout.superseded(present.recorded());
        };
    }

    /** Sends all traffic back because the candidate failed. */
    static Step fail(Running running, String reason, Present present, Instant now) {
        String end = reason.endsWith(".") ? "" : ".";
        String sentence = running.rollout().candidate() + " failed. " + reason + end;
        return back(new Returning(running.rollout(), Outcome.FAILED, sentence), present, now);
    }

    /**
     * Sends all traffic back to live: a candidate that failed keeps none. If somebody else has
     * already taken its traffic away, their change stays. Without a live revision the Service is
     * deleted, unless somebody else has given it another one.
     */
    static Step back(Returning returning, Present present, Instant now) {
        Rollout rollout = returning.rollout();
        String live = rollout.live();
        if (live == null) {
            return undoFirst(returning, present, now);
        }
        if (!present.revisions().containsKey(live)) {
            String what = returning.reason() + " The live revision " + live + " is gone.";
            return leave(returning, rollout, what, now);
        }
        if (LiveRevision.isWorseThanCandidate(returning, present)) {
            return LiveRevision.keepTraffic(returning, present);
        }
        return writeBack(returning, live, present, now);
    }

    /** Deletes a Service whose first revision failed. */
    private static Step undoFirst(Returning returning, Present present, Instant now) {
        Rollout rollout = returning.rollout();
        if (present.traffic().of(rollout.candidate()) < 100) {
            String what = returning.reason() + " Somebody else changed the traffic.";
            return leave(returning, rollout, what, now);
        }
        String deleted = " There was no revision to go back to, so the Service was deleted.";
        return new Step.Delete(
                new Over(rollout, returning.outcome(), returning.reason() + deleted, now),
                returning,
                "The Service is deleted.");
    }

    private static Step writeBack(Returning returning, String live, Present present, Instant now) {
        Rollout rollout = returning.rollout();
        Traffic home = present.traffic().home(live, rollout.candidate(), present.ready());
        boolean movedByOthers =
                present.traffic().of(rollout.candidate()) == 0 && present.traffic().of(live) < 100;
        String where =
                movedByOthers
                        ? " Somebody else has moved the traffic, which is left as it is."
                        : " All traffic is on %s; %s is kept at 0 %%.%s"
                                .formatted(
                                        live,
                                        rollout.candidate(),
                                        LiveRevision.alsoNotReady(live, present));
        Over over = new Over(rollout, returning.outcome(), returning.reason() + where, now);
        return new Write(
                new Change(over, movedByOthers ? null : home, false),
                over,
                returning,
                "Back to live: " + returning.reason());
    }

    /** Records that the rollout has ended, and leaves the traffic as somebody else set it. */
    static Step leave(State onFailure, Rollout rollout, String what, Instant now) {
        String reason =
                what
                        + " The traffic is left as it is. See it with 'rollout status'; then deploy"
                        + " again, or put all traffic on a revision with kubectl.";
        Over over = new Over(rollout, Outcome.OVERRULED, reason, now);
        return new Write(new Change(over, null, false), over, onFailure, what);
    }
}
