package dev.onnxfunction.rollout.drive;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Instant;

/**
 * A process that serves a revision, as last observed: a pod, or a process of this machine.
 *
 * @param id unique, also among instances that no longer exist
 * @param name for messages
 * @param address where the function listens; null if it cannot be reached
 * @param problem why it cannot be reached; empty if it can
 * @param created time of creation
 * @param restarts number of restarts of the function's process in it, with one that is due
 * @param outOfMemory whether the kernel killed the last process for exceeding its memory limit
 * @param memoryLimit in bytes; 0 if there is none
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
