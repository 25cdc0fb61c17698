package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Strange;
import dev.onnxfunction.rollout.engine.Observation.Trouble;
import dev.onnxfunction.rollout.engine.Observation.Unseen;
import dev.onnxfunction.rollout.engine.State.Failing;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.State.Wish;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Wait;

import java.time.Duration;
import java.time.Instant;

/**
 * The decision of every command that changes something.
 *
 * <p>The annotations of the Service take precedence over what the command remembers: they show a
 * write whose answer was lost, and another command that took over.
 */
public final class Decision {

    /** How long calls of the API server may fail before the rollout counts as failed. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How much longer the write back to live is retried. */
    static final Duration STUBBORNNESS = Duration.ofMinutes(5);

    /** Time until the next observation. */
    static final Duration SOON = Duration.ofSeconds(1);

    private Decision() {}

    /** The next step, from the state, the observation and the time. */
    public static Step next(State state, Observation seen, Instant now) {
        Trouble trouble = seen.trouble();
        if (trouble != null && trouble.lastsFor(PATIENCE, now)) {
            return impatient(state, seen, trouble, now);
        }
        return calm(state, seen, now);
    }

    private static Step calm(State state, Observation seen, Instant now) {
        return switch (seen.sight()) {
            case Unseen _ -> unseen(state, seen);
            case Strange strange -> strange(state, seen, strange, now);
            case Absent _ -> absent(state, now);
            case Present present -> present(state, seen, present, now);
        };
    }

    /** The step after calls have failed for too long: from now on, only the way back to live. */
    private static Step impatient(State state, Observation seen, Trouble trouble, Instant now) {
        return switch (state) {
            case Wish _ ->
                    new Stop(
                            trouble.lasting() ? Exit.REFUSED : Exit.LOST,
                            trouble.problem()
                                    + " Nothing is known to have changed; see 'rollout status'.");
            case Running running -> {
                String reason = trouble.problem() + " The rollout cannot continue without it.";
                Failing failing = new Failing(running.rollout(), Outcome.DISCONNECTED, reason);
                yield new Wait(SOON, "the way back", failing);
            }
            case LiveDown down ->
                    trouble.lastsFor(PATIENCE.plus(STUBBORNNESS), now)
                            ? LiveFailure.outOfReach(down, trouble)
                            : calm(state, seen, now);
            case Failing failing ->
                    trouble.lastsFor(PATIENCE.plus(STUBBORNNESS), now)
                            ? lost(failing, trouble)
                            : calm(state, seen, now);
            case Over over -> new Stop(over.outcome().exit(), over.reason());
        };
    }

    private static Stop lost(Failing failing, Trouble trouble) {
        return new Stop(
                Exit.LOST,
                failing.reason()
                        + " The way back could not be written either: "
                        + trouble.problem()
                        + " Run 'rollout abort' as soon as that is fixed.");
    }

    private static Step unseen(State state, Observation seen) {
        Trouble trouble = seen.trouble();
        if (seen.verdict() instanceof Observation.Failed failed
                && (state instanceof Wish || state instanceof LiveDown)) {
            return new Stop(
                    failed.outcome().exit(),
                    failed.reason() + " Nothing is known to have changed; see 'rollout status'.");
        }
        return new Wait(SOON, trouble == null ? "the API server" : trouble.problem(), state);
    }

    /** A rollout on its way back continues; any other leaves what it does not understand. */
    private static Step strange(State state, Observation seen, Strange strange, Instant now) {
        return switch (state) {
            case Failing failing -> Course.failing(failing, strange.worst(failing.rollout()), now);
            case Running running when seen.verdict() instanceof Observation.Failed failed ->
                    Course.failing(
                            new Failing(running.rollout(), failed.outcome(), failed.reason()),
                            strange.worst(running.rollout()),
                            now);
            case Over over when over.outcome().isBack() ->
                    Course.over(over, strange.worst(over.rollout()), now);
            case State.Abort _ when strange.recorded() instanceof Running running ->
                    Wishes.abort(strange.worst(running.rollout()), now);
            case Wish _ -> new Stop(Exit.REFUSED, strange.problem());
            default -> new Stop(Exit.OVERRULED, strange.problem());
        };
    }

    private static Step absent(State state, Instant now) {
        return switch (state) {
            case State.Deploy deploy -> Wishes.first(deploy, now);
            case Wish _ ->
                    new Stop(
                            Exit.REFUSED,
                            "There is no such Service. 'rollout deploy -f service.yaml'"
                                    + " creates it.");
            case Running _, LiveDown _ ->
                    new Stop(
                            Exit.OVERRULED,
                            "Somebody deleted the Service. Deploy again to create it.");
            case Failing failing -> new Stop(failing.outcome().exit(), failing.reason());
            case Over over -> new Stop(over.outcome().exit(), over.reason());
        };
    }

    private static Step present(State state, Observation seen, Present present, Instant now) {
        return switch (state) {
            case Wish wish -> Wishes.next(wish, seen, present, now);
            case Running running -> Course.running(running, null, seen, present, now);
            case LiveDown down -> Course.running(down.running(), down, seen, present, now);
            case Failing failing -> Course.failing(failing, present, now);
            case Over over -> Course.over(over, present, now);
        };
    }

    /** Whether the annotations of the Service record this rollout. */
    static boolean isRecorded(Rollout rollout, Present present) {
        State.Recorded recorded = present.recorded();
        return recorded != null && recorded.rollout().id().equals(rollout.id());
    }
}
