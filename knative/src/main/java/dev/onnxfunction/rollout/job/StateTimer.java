package dev.onnxfunction.rollout.job;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Measures how long a state has lasted, from the first question about it on. */
final class StateTimer {

    private final InstantSource clock;

    private @Nullable Instant begin;

    StateTimer(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether the state, which holds now, has lasted this long. */
    boolean hasLasted(Duration limit) {
        Instant now = clock.instant();
        begin = begin == null ? now : begin;
        return !now.isBefore(begin.plus(limit));
    }

    /** Records that the state does not hold. */
    void reset() {
        begin = null;
    }
}
