package dev.onnxfunction.rollout.drive;

import java.time.Duration;

/** Waits between two observations. */
@FunctionalInterface
public interface Pace {

    /** Waits for this time, or less if a signal stops the command. */
    void pause(Duration time) throws InterruptedException;
}
