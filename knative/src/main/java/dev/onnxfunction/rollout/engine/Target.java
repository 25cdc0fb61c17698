package dev.onnxfunction.rollout.engine;

import org.jspecify.annotations.Nullable;

/**
 * The traffic of one revision.
 *
 * @param revision its name
 * @param percent of the traffic, 0 to 100
 * @param tag gives it a URL of its own, whatever its traffic; null for none
 */
public record Target(String revision, int percent, @Nullable String tag) {

    /** Refuses a percentage outside 0 to 100. */
    public Target {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException(percent + " % for " + revision);
        }
    }
}
