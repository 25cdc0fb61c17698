package dev.onnxfunction.rollout.drive;

import java.time.Duration;

/** How time is spent between two looks. */
@FunctionalInterface
public interface Pace {

    /** Lets a time pass, or less if told to stop. */
    void pause(Duration time) throws InterruptedException;
}
