package dev.onnxfunction.rollout.drive;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Instant;

/**
 * A process that serves a revision, as seen last: a pod of a cluster, or a process of this machine.
 *
 * @param id unique among all that ever were
 * @param name for messages
 * @param address where the function listens; null if it cannot be reached
 * @param problem why it cannot be reached; empty if it can
 * @param created when
 * @param restarts how often the function's process was started again in it
 * @param outOfMemory whether the kernel ended the one before for its memory
 * @param memoryLimit in bytes, beyond which the kernel ends it; 0 if there is none
 */
public record Instance(
        String id,
        String name,
        @Nullable URI address,
        String problem,
        Instant created,
        int restarts,
        boolean outOfMemory,
        long memoryLimit) {}
