package dev.onnxfunction.rollout.engine;

import java.time.Duration;

/** Formats durations for messages. */
public final class DurationText {

    private DurationText() {}

    /** Such as {@code 250 ms}, {@code 60 s}, {@code 5 min}. */
    public static String of(Duration time) {
        if (time.toMillis() < 1000 && !time.isZero()) {
            return time.toMillis() + " ms";
        }
        if (time.toSeconds() >= 120 && time.toSecondsPart() == 0) {
            return time.toMinutes() + " min";
        }
        return time.toSeconds() + " s";
    }
}
