package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.drive.Instance;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Reads a pod that serves a revision. */
final class PodReader {

    /** Knative's name for the container that the manifest describes, and for its port. */
    static final String CONTAINER = "user-container";

    private static final String PORT = "user-port";
    private static final int DEFAULT_PORT = 8080;
    private static final String OUT_OF_MEMORY = "OOMKilled";

    private PodReader() {}

    /**
     * Reads the pod.
     *
     * @param address where its function listens; null if it cannot be reached
     * @param problem why it cannot be reached; empty if it can
     */
    static Instance read(Pod pod, @Nullable URI address, String problem) {
        Optional<ContainerStatus> status = status(pod);
        return new Instance(
                pod.getMetadata().getUid() == null
                        ? pod.getMetadata().getName()
                        : pod.getMetadata().getUid(),
                pod.getMetadata().getName(),
                address,
                problem,
                created(pod),
                status.map(ContainerStatus::getRestartCount).orElse(0),
                status.filter(PodReader::ranOutOfMemory).isPresent(),
                container(pod).map(PodReader::memoryLimit).orElse(0L));
    }

    /** Whether the pod runs: one that has ended or not started listens nowhere. */
    static boolean isRunning(Pod pod) {
        return status(pod)
                .filter(status -> status.getState() != null)
                .filter(status -> status.getState().getRunning() != null)
                .isPresent();
    }

    /** The port that the function listens on. */
    static int port(Pod pod) {
        return container(pod).stream()
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> PORT.equals(port.getName()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElse(DEFAULT_PORT);
    }

    private static Optional<Container> container(Pod pod) {
        return pod.getSpec() == null
                ? Optional.empty()
                : pod.getSpec().getContainers().stream()
                        .filter(container -> CONTAINER.equals(container.getName()))
                        .findFirst();
    }

    private static Optional<ContainerStatus> status(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getContainerStatuses().stream()
                        .filter(status -> CONTAINER.equals(status.getName()))
                        .findFirst();
    }

    private static boolean ranOutOfMemory(ContainerStatus status) {
        return isOutOfMemory(status.getState() == null ? null : status.getState().getTerminated())
                || isOutOfMemory(
                        status.getLastState() == null
                                ? null
                                : status.getLastState().getTerminated());
    }

    private static boolean isOutOfMemory(@Nullable ContainerStateTerminated end) {
        return end != null && OUT_OF_MEMORY.equals(end.getReason());
    }

    private static long memoryLimit(Container container) {
        Quantity limit =
                container.getResources() == null || container.getResources().getLimits() == null
                        ? null
                        : container.getResources().getLimits().get("memory");
        return limit == null ? 0 : Quantity.getAmountInBytes(limit).longValue();
    }

    private static Instant created(Pod pod) {
        String created = pod.getMetadata().getCreationTimestamp();
        return created == null ? Instant.EPOCH : OffsetDateTime.parse(created).toInstant();
    }
}
