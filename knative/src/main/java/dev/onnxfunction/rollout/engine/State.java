package dev.onnxfunction.rollout.engine;

import java.time.Duration;
import java.time.Instant;

/** The state of a command between two decisions. */
public sealed interface State {

    /** The aim of a command that has not written anything yet. */
    sealed interface Command extends State {}

    /** The state in the Service's annotations, which outlives the command. */
    sealed interface Recorded extends State {

        /** Which rollout. */
        Rollout rollout();
    }

    /**
     * Roll out a candidate.
     *
     * @param rollout its {@code live} is not yet known
     * @param takeOver whether to end a running rollout of another candidate
     */
    record Deploy(Rollout rollout, boolean takeOver) implements Command {}

    /** Give the candidate all traffic now, without the remaining holds. */
    record Promote() implements Command {}

    /** Give the candidate that waits for an approval its first share. */
    record Approve() implements Command {}

    /** End the running rollout, and send all traffic to live. */
    record Abort() implements Command {}

    /**
     * Send all traffic to the previous revision.
     *
     * @param id of this command; if the Service records it, the command has been done
     */
    record Rollback(String id) implements Command {}

    /**
     * A rollout is running.
     *
     * @param stage of the plan, 0 before any traffic
     * @param since when the stage began, or the wait for an approval
     * @param awaitsApproval whether the gates of stage 0 are passed, and somebody has to approve
     */
    record Running(Rollout rollout, int stage, Instant since, boolean awaitsApproval)
            implements Recorded {

        /** One that waits for no approval. */
        public Running(Rollout rollout, int stage, Instant since) {
            this(rollout, stage, since, false);
        }

        Running since(Instant time) {
            return new Running(rollout, stage, time, awaitsApproval);
        }

        /** Minimum duration of this stage. */
        Duration hold() {
            return awaitsApproval
                    ? rollout.plan().analysis().approval()
                    : rollout.plan().hold(stage);
        }

        /** When the hold of this stage ends, or the wait for an approval. */
        Instant holdEnd() {
            return since.plus(hold());
        }

        /** Longest duration of this stage if nothing fails. */
        public Duration longestHold() {
            return awaitsApproval ? hold() : rollout.plan().longestHold(stage);
        }
    }

    /**
     * The live revision fails; the candidate is not known to fail. No traffic is moved meanwhile.
     *
     * @param running where the rollout stays
     * @param since when live was first seen to fail
     * @param reason its last observed failure, in sentences
     */
    record LiveDown(Running running, Instant since, String reason) implements State {}

    /**
     * A candidate has failed, and the traffic is not yet known to be back on live. The rollout can
     * only return to live.
     *
     * @param outcome how the rollout is to end
     * @param reason why, in sentences
     */
    record Returning(Rollout rollout, Outcome outcome, String reason) implements State {}

    /**
     * A rollout has ended.
     *
     * @param reason why, in sentences
     * @param at when
     */
    record Over(Rollout rollout, Outcome outcome, String reason, Instant at) implements Recorded {}
}
