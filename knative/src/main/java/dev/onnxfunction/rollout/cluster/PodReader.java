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

    /** Knative's name for the port of the function's container. */
    private static final String PORT = "user-port";

    /** Knative's name for that container, unless the manifest has another. */
    private static final String CONTAINER = "user-container";

    private static final int DEFAULT_PORT = 8080;
    private static final String OUT_OF_MEMORY = "OOMKilled";
    private static final String RESTARTS_LATER = "CrashLoopBackOff";

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
                status.map(PodReader::restarts).orElse(0),
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
                .filter(PodReader::isOfRequests)
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElse(DEFAULT_PORT);
    }

    /** Name of the function's container. */
    static String containerName(Pod pod) {
        return container(pod).map(Container::getName).orElse(CONTAINER);
    }

    private static Optional<Container> container(Pod pod) {
        return pod.getSpec() == null
                ? Optional.empty()
                : pod.getSpec().getContainers().stream()
                        .filter(each -> each.getPorts().stream().anyMatch(PodReader::isOfRequests))
                        .findFirst();
    }

    private static boolean isOfRequests(ContainerPort port) {
        return PORT.equals(port.getName());
    }

    private static Optional<ContainerStatus> status(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getContainerStatuses().stream()
                        .filter(status -> containerName(pod).equals(status.getName()))
                        .findFirst();
    }

    /**
     * The kubelet counts a restart only when it takes place, after a delay of up to five minutes.
     */
    private static int restarts(ContainerStatus status) {
        boolean waits =
                status.getState() != null
                        && status.getState().getWaiting() != null
                        && RESTARTS_LATER.equals(status.getState().getWaiting().getReason());
        return status.getRestartCount() + (waits ? 1 : 0);
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
