package dev.onnxfunction.rollout.engine;

import java.time.Instant;

/**
 * A revision as Knative reports it.
 *
 * @param name unique in its namespace
 * @param readiness whether it can take traffic
 * @param problem why it is not ready; empty if it is
 * @param created time of creation
 */
public record Revision(String name, Readiness readiness, String problem, Instant created) {

    /** Whether a revision can take traffic. */
    public enum Readiness {
        /** Not yet; it may become either of the others. */
        PENDING,
        /** Yes, even if it is scaled to zero. */
        READY,
        /** No, and it will not become so by itself. */
        FAILED
    }
}
