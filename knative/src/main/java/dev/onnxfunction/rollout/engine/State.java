package dev.onnxfunction.rollout.engine;

import java.time.Duration;
import java.time.Instant;

/** What a command remembers from one decision to the next. */
public sealed interface State {

    /** What a command wants, before it has written anything. */
    sealed interface Wish extends State {}

    /** What the Service's annotations tell: it outlives the command. */
    sealed interface Recorded extends State {

        /** Which rollout. */
        Rollout rollout();
    }

    /**
     * A candidate is to be rolled out.
     *
     * @param rollout its {@code live} is not yet known
     * @param takeOver whether a rollout of another candidate that is under way is ended for it
     */
    record Deploy(Rollout rollout, boolean takeOver) implements Wish {}

    /** The candidate is to get all traffic now, without the remaining holds. */
    record Promote() implements Wish {}

    /** The candidate that waits for an approval is to get its first share. */
    record Approve() implements Wish {}

    /** The rollout under way is to end, and live to get all traffic. */
    record Abort() implements Wish {}

    /**
     * The previous revision is to get all traffic.
     *
     * @param id of this wish, by which it is seen to have been fulfilled
     */
    record Rollback(String id) implements Wish {}

    /**
     * A candidate is on its way.
     *
     * @param stage of the plan, 0 before any traffic
     * @param since when the stage began, or the wait for an approval
     * @param awaitsApproval whether the gates of stage 0 are passed, and somebody has to approve
     */
    record Running(Rollout rollout, int stage, Instant since, boolean awaitsApproval)
            implements Recorded {

        /** One that waits for nobody. */
        public Running(Rollout rollout, int stage, Instant since) {
            this(rollout, stage, since, false);
        }

        Running since(Instant time) {
            return new Running(rollout, stage, time, awaitsApproval);
        }

        /** How long it stays at this stage at least. */
        Duration hold() {
            return awaitsApproval ? rollout.plan().watch().approval() : rollout.plan().hold(stage);
        }

        /** How long it stays at this stage at most, if nothing is in its way. */
        public Duration longestHold() {
            return awaitsApproval ? hold() : rollout.plan().longestHold(stage);
        }
    }

    /**
     * The live revision fails and the candidate is not known to. No traffic is moved meanwhile.
     *
     * @param running where the rollout stays
     * @param since when live was first seen to fail
     * @param reason what it was last seen to fail of, in sentences
     */
    record LiveDown(Running running, Instant since, String reason) implements State {}

    /**
     * A candidate has failed, and the way back is not yet known to be written. There is no other
     * way from here.
     *
     * @param outcome how the rollout is to end
     * @param reason why, in sentences
     */
    record Failing(Rollout rollout, Outcome outcome, String reason) implements State {}

    /**
     * A rollout has ended.
     *
     * @param reason why, in sentences
     * @param at when
     */
    record Over(Rollout rollout, Outcome outcome, String reason, Instant at) implements Recorded {}
}
