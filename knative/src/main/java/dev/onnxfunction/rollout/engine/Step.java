package dev.onnxfunction.rollout.engine;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** What to do next. */
public sealed interface Step {

    /**
     * Write to the Service, in one call that fails if the Service has changed since it was
     * observed.
     *
     * @param change the change
     * @param onSuccess the next state if the call succeeded
     * @param onFailure the next state if the call may have failed
     * @param why in a sentence
     */
    record Write(Change change, State onSuccess, State onFailure, String why) implements Step {}

    /**
     * Delete the Service, which never had a revision that passed.
     *
     * @param onSuccess the next state if the call succeeded
     * @param onFailure the next state if the call may have failed
     * @param why in a sentence
     */
    record Delete(State onSuccess, State onFailure, String why) implements Step {}

    /**
     * Run the gates.
     *
     * @param running at which stage of what
     * @param state to remember
     */
    record RunGates(State.Running running, State state) implements Step {}

    /**
     * Observe again after some time.
     *
     * @param time how long, positive
     * @param why in a few words
     * @param state to remember
     */
    record Wait(Duration time, String why, State state) implements Step {

        /** Usual time between two observations. */
        static final Duration SOON = Duration.ofSeconds(1);

        static Wait soon(String why, State state) {
            return new Wait(SOON, why, state);
        }

        /** Waits for the shorter of two times. */
        static Wait atMost(Duration time, Duration limit, String why, State state) {
            return new Wait(time.compareTo(limit) < 0 ? time : limit, why, state);
        }
    }

    /**
     * End the command.
     *
     * @param exit the exit code
     * @param message what happened and, unless it succeeded, what to do
     */
    record Stop(Exit exit, String message) implements Step {}

    /**
     * A change to the Service, written in one call.
     *
     * @param recorded for the annotations
     * @param traffic null to leave it as it is
     * @param template whether the revision template becomes that of the candidate
     */
    record Change(State.Recorded recorded, @Nullable Traffic traffic, boolean template) {}
}
