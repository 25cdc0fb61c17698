package dev.onnxfunction.rollout.drive;

import dev.onnxfunction.rollout.engine.Observation.ApiFailure;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;

/** Remembers since when reads and writes of the API server fail. */
final class ApiFailures {

    private final InstantSource clock;

    private @Nullable ApiFailure read;
    private @Nullable ApiFailure write;
    private boolean isWriteNew;

    ApiFailures(InstantSource clock) {
        this.clock = clock;
    }

    /** Begins a step, which may fail again. */
    void beginStep() {
        isWriteNew = false;
    }

    void addRead(PlatformException e) {
        read = next(read, e);
    }

    void forgetRead() {
        read = null;
    }

    /**
     * Adds a failed write.
     *
     * @return whether the one before failed for the same reason
     */
    boolean addWrite(PlatformException e) {
        boolean isSame = write != null && write.problem().equals(e.problem());
        write = next(write, e);
        isWriteNew = true;
        return isSame;
    }

    void forgetWrite() {
        write = null;
    }

    /**
     * Returns the failure of the last calls; null if they succeeded. While the gates run, nothing
     * is written, so their time does not count as that of a failure: only another failed write
     * does.
     */
    @Nullable ApiFailure last() {
        if (read != null) {
            return read;
        }
        return isWriteNew ? write : null;
    }

    private ApiFailure next(@Nullable ApiFailure before, PlatformException e) {
        return new ApiFailure(
                before == null ? clock.instant() : before.since(), e.permanent(), e.problem());
    }
}
