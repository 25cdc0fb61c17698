package dev.onnxfunction.rollout.drive;

import java.time.Duration;

/** Waits between two observations. */
@FunctionalInterface
public interface Sleeper {

    /** Waits for this time, or less if a signal stops the command. */
    void sleep(Duration time) throws InterruptedException;
}
