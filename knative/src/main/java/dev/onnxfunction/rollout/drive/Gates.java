package dev.onnxfunction.rollout.drive;

import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.State.Running;

/** What a candidate has to pass. */
@FunctionalInterface
public interface Gates {

    /**
     * Asks the candidate, and the live revision for comparison.
     *
     * @param running at which stage of what
     * @param platform where both are
     * @return whether it passes; any failure is a verdict
     * @throws InterruptedException if told to stop
     */
    Verdict measure(Running running, Platform platform) throws InterruptedException;
}
