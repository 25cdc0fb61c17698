package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Recorded;
import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Wait;
import dev.onnxfunction.rollout.engine.Step.Write;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** The steps of a rollout that has ended: here, or by another command. */
final class EndedRollout {

    private EndedRollout() {}

    /** Waits until the last write reaches users, then ends the command. */
    static Step next(Over over, Present present, Instant now) {
        boolean mine = present.records(over.rollout());
        if ((mine || present.recorded() == null) && isWrittenBack(over, present)) {
            return sendBackAgain(over, present, now);
        }
        if (mine
                && over.outcome() == Outcome.WON
                && present.traffic().of(over.rollout().candidate()) < 100) {
            return new Stop(
                    Exit.OVERRULED,
                    over.reason()
                            + " But somebody else has changed the traffic since then: "
                            + present.traffic()
                            + ".");
        }
        if (!mine || present.settled() || over.outcome() == Outcome.OVERRULED) {
            return new Stop(over.outcome().exit(), over.reason());
        }
        if (isPastDeadline(over, now)) {
            return new Stop(
                    Exit.LOST,
                    over.reason()
                            + " The traffic is written, but Knative does not apply it: "
                            + present.unsettled());
        }
        return Wait.soon(present.unsettled(), notLater(over, now));
    }

    private static boolean isPastDeadline(Over over, Instant now) {
        return !now.isBefore(over.at().plus(over.rollout().plan().deadline()));
    }

    /** Whether somebody gave a candidate traffic again after all of it had gone back to live. */
    private static boolean isWrittenBack(Over over, Present present) {
        Rollout rollout = over.rollout();
        return over.outcome().returnsToLive()
                && rollout.live() != null
                && present.revisions().containsKey(rollout.live())
                && present.traffic().of(rollout.candidate()) > 0;
    }

    /** Sends the traffic back once more, for as long as a stage may take to settle. */
    private static Step sendBackAgain(Over over, Present present, Instant now) {
        Rollout rollout = over.rollout();
        if (isPastDeadline(over, now)) {
            return new Stop(
                    Exit.LOST,
                    over.reason()
                            + " But something else keeps giving "
                            + rollout.candidate()
                            + " traffic. Have it leave spec.traffic alone, then put all traffic on "
                            + rollout.live()
                            + " with kubectl.");
        }
        String live = String.valueOf(rollout.live());
        Traffic home = present.traffic().home(live, rollout.candidate(), present.ready());
        return new Write(
                new Change(over, home, false),
                notLater(over, now),
                over,
                "Back once more: somebody else gave " + rollout.candidate() + " traffic.");
    }

    /** Handles a clock that went back, because otherwise the deadline would never come. */
    private static Over notLater(Over over, Instant now) {
        return now.isBefore(over.at())
                ? new Over(over.rollout(), over.outcome(), over.reason(), now)
                : over;
    }

    /** The end of a command whose rollout another command has ended. */
    static Stop endedElsewhere(Over over) {
        return over.outcome() == Outcome.ABORTED
                ? new Stop(Exit.RETURNED, over.reason())
                : new Stop(over.outcome().exit(), over.reason());
    }

    /** The end of a command whose rollout is no longer the one that the Service records. */
    static Stop superseded(@Nullable Recorded recorded) {
        String who =
                recorded == null
                        ? "Somebody removed the annotations of this rollout"
                        : "Rollout " + recorded.rollout().id() + " has taken over";
        return new Stop(
                Exit.OVERRULED,
                who + ", so this one stops and changes nothing. See 'rollout status'.");
    }
}
