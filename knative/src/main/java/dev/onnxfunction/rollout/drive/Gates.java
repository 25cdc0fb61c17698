package dev.onnxfunction.rollout.drive;

import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.State.Running;

/** The tests that a candidate must pass. */
@FunctionalInterface
public interface Gates {

    /**
     * Tests the candidate, and the live revision for comparison.
     *
     * @param running the rollout and its stage
     * @param platform that runs both
     * @return whether it passes; any failure is a verdict
     * @throws InterruptedException if a signal stops the command
     */
    Verdict run(Running running, Platform platform) throws InterruptedException;
}
