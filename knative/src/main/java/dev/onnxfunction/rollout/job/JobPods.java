package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.cluster.ApiCalls;
import dev.onnxfunction.rollout.drive.PlatformException;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.util.List;
import java.util.Optional;

/** The pods of a Job, and how their command ended. */
final class JobPods {

    private JobPods() {}

    /** The pods from the oldest to the newest. */
    static List<Pod> list(KubernetesClient kubernetes, Job job) throws PlatformException {
        return ApiCalls.call(
                        kubernetes,
                        () ->
                                kubernetes
                                        .pods()
                                        .inNamespace(job.getMetadata().getNamespace())
                                        .withLabel(
                                                "batch.kubernetes.io/controller-uid",
                                                job.getMetadata().getUid())
                                        .list()
                                        .getItems())
                .stream()
                .sorted(Jobs.OLDEST_FIRST)
                .toList();
    }

    /** The status of the container that runs the command; empty if it has no state yet. */
    static Optional<ContainerStatus> status(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getContainerStatuses().stream()
                        .filter(status -> status.getName().equals(JobContainer.NAME))
                        .filter(status -> status.getState() != null)
                        .findFirst();
    }

    /** Whether the command has finished, so that no other pod resumes it. */
    static boolean isVerdict(ContainerStateTerminated ended) {
        return JobManifest.isVerdict(ended.getExitCode());
    }
}
