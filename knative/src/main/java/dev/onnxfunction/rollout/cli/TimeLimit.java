package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.Driver;
import dev.onnxfunction.rollout.engine.DurationText;

import java.time.Duration;
import java.time.Instant;

/** Sends all traffic back to live when a rollout takes too long. */
final class TimeLimit {

    private TimeLimit() {}

    /**
     * Stops a driver when the time limit has passed.
     *
     * @param begun start of the limit, perhaps in an earlier pod
     */
    static void pass(Driver driver, Instant begun, Duration limit) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                Thread.sleep(Duration.between(Instant.now(), begun.plus(limit)));
                                driver.timeOut(
                                        "It took longer than " + DurationText.of(limit) + ".");
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e); // Nobody interrupts it.
                            }
                        });
    }
}
