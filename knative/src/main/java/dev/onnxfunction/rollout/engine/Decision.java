package dev.onnxfunction.rollout.engine;

import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.ApiFailure;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Unreachable;
import dev.onnxfunction.rollout.engine.Observation.Unsupported;
import dev.onnxfunction.rollout.engine.State.Command;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Running;
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

    /** How much longer the return to live is retried. */
    static final Duration RETURN_PATIENCE = Duration.ofMinutes(5);

    private Decision() {}

    /** The next step, from the state, the observation and the time. */
    public static Step next(State state, Observation observation, Instant now) {
        ApiFailure apiFailure = observation.apiFailure();
        if (apiFailure != null && isTooMuch(apiFailure, state, now)) {
            return impatient(state, observation, apiFailure, now);
        }
        return calm(state, observation, now);
    }

    /**
     * Whether to give up. A command that has changed nothing gives up at a refusal, which its user
     * can fix. Later a refusal may pass, too, such as one during the rotation of a token.
     */
    private static boolean isTooMuch(ApiFailure apiFailure, State state, Instant now) {
        return apiFailure.lastsFor(PATIENCE, now)
                || (apiFailure.permanent() && state instanceof Command);
    }

    private static Step calm(State state, Observation observation, Instant now) {
        return switch (observation.service()) {
            case Unreachable _ -> unseen(state, observation, now);
            case Unsupported strange -> strange(state, observation, strange, now);
            case Absent _ -> absent(state, now);
            case Present present -> present(state, observation, present, now);
        };
    }

    /** The step after calls have failed for too long: from now on, only the return to live. */
    private static Step impatient(
            State state, Observation observation, ApiFailure apiFailure, Instant now) {
        return switch (state) {
            case Command _ ->
                    new Stop(
                            apiFailure.permanent() ? Exit.REFUSED : Exit.LOST,
                            apiFailure.problem()
                                    + " Nothing is known to have changed; see 'rollout status'.");
            case Running running -> {
                String reason = apiFailure.problem() + " The rollout cannot continue without it.";
                Returning returning =
                        new Returning(running.rollout(), Outcome.DISCONNECTED, reason);
                yield Wait.soon("the return to live", returning);
            }
            case LiveDown down ->
                    apiFailure.lastsFor(PATIENCE.plus(RETURN_PATIENCE), now)
                            ? LiveFailure.outOfReach(down, apiFailure)
                            : calm(state, observation, now);
            case Returning returning ->
                    apiFailure.lastsFor(PATIENCE.plus(RETURN_PATIENCE), now)
                            ? lost(returning, apiFailure)
                            : calm(state, observation, now);
            case Over over -> new Stop(over.outcome().exit(), over.reason());
        };
    }

    private static Stop lost(Returning returning, ApiFailure apiFailure) {
        return new Stop(
                Exit.LOST,
                returning.reason()
                        + " The traffic could not be sent back to live either: "
                        + apiFailure.problem()
                        + " Run 'rollout abort' as soon as that is fixed.");
    }

    private static Step unseen(State state, Observation observation, Instant now) {
        ApiFailure apiFailure = observation.apiFailure();
        if (observation.verdict() instanceof Observation.Failed failed
                && (state instanceof Command || state instanceof LiveDown)) {
            return new Stop(
                    failed.outcome().exit(),
                    failed.reason() + " Nothing is known to have changed; see 'rollout status'.");
        }
        return Wait.soon(
                apiFailure == null
                        ? "the API server"
                        : apiFailure.problem() + then(state, apiFailure, now),
                state);
    }

    /** How long the calls are repeated, and what follows. */
    private static String then(State state, ApiFailure apiFailure, Instant now) {
        return switch (state) {
            case Command _ -> left(PATIENCE, apiFailure, now) + ", then the command ends.";
            case Running _ ->
                    left(PATIENCE, apiFailure, now) + ", then all traffic goes back to live.";
            case LiveDown _, Returning _ ->
                    left(PATIENCE.plus(RETURN_PATIENCE), apiFailure, now)
                            + ", then the command ends with exit code 6.";
            case Over _ -> "";
        };
    }

    private static String left(Duration patience, ApiFailure apiFailure, Instant now) {
        Instant end = apiFailure.since().plus(patience);
        return " The call is repeated for another " + DurationText.of(Duration.between(now, end));
    }

    /**
     * A rollout that returns to live continues; any other leaves a Service that it does not
     * support.
     */
    private static Step strange(
            State state, Observation observation, Unsupported strange, Instant now) {
        return switch (state) {
            case Returning returning ->
                    ReturnToLive.next(returning, strange.worst(returning.rollout()), now);
            case Running running when observation.verdict() instanceof Observation.Failed failed ->
                    ReturnToLive.next(
                            new Returning(running.rollout(), failed.outcome(), failed.reason()),
                            strange.worst(running.rollout()),
                            now);
            case Over over when over.outcome().returnsToLive() ->
                    EndedRollout.next(over, strange.worst(over.rollout()), now);
            case State.Abort _ when strange.recorded() instanceof Running running ->
                    Commands.abort(strange.worst(running.rollout()), now);
            case Command _ -> new Stop(Exit.REFUSED, strange.problem());
            default -> new Stop(Exit.OVERRULED, strange.problem());
        };
    }

    private static Step absent(State state, Instant now) {
        return switch (state) {
            case State.Deploy deploy -> DeploySteps.first(deploy, now);
            case Command _ ->
                    new Stop(
                            Exit.REFUSED,
                            "There is no such Service. 'rollout deploy -f service.yaml'"
                                    + " creates it.");
            case Running _, LiveDown _ ->
                    new Stop(
                            Exit.OVERRULED,
                            "Somebody deleted the Service. Deploy again to create it.");
            case Returning returning -> new Stop(returning.outcome().exit(), returning.reason());
            case Over over -> new Stop(over.outcome().exit(), over.reason());
        };
    }

    private static Step present(
            State state, Observation observation, Present present, Instant now) {
        return switch (state) {
            case Command command -> Commands.next(command, observation, present, now);
            case Running running -> RolloutSteps.next(running, null, observation, present, now);
            case LiveDown down ->
                    RolloutSteps.next(down.running(), down, observation, present, now);
            case Returning returning -> ReturnToLive.next(returning, present, now);
            case Over over -> EndedRollout.next(over, present, now);
        };
    }
}
