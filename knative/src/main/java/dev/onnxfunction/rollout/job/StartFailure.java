package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.cluster.ApiCalls;
import dev.onnxfunction.rollout.drive.PlatformException;

import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Why the command of a Job does not start.
 *
 * @param message what happened and what to do
 * @param permanent whether waiting cannot help
 */
record StartFailure(String message, boolean permanent) {

    private static final Set<String> ON_THEIR_WAY = Set.of("ContainerCreating", "PodInitializing");

    /** The reason why the command does not start; empty if it may still start. */
    static Optional<StartFailure> of(KubernetesClient kubernetes, Job job, List<Pod> pods)
            throws PlatformException {
        if (pods.isEmpty()) {
            return refused(kubernetes, job);
        }
        Pod pod = pods.getLast();
        Optional<StartFailure> waiting =
                pod.getStatus() == null
                        ? Optional.empty()
                        : pod.getStatus().getContainerStatuses().stream()
                                .map(ContainerStatus::getState)
                                .filter(Objects::nonNull)
                                .map(state -> state.getWaiting())
                                .filter(Objects::nonNull)
                                .filter(each -> !ON_THEIR_WAY.contains(each.getReason()))
                                .map(StartFailure::waiting)
                                .findFirst();
        return waiting.or(() -> unscheduled(pod));
    }

    private static StartFailure waiting(ContainerStateWaiting waiting) {
        String message = waiting.getMessage() == null ? "" : ": " + waiting.getMessage();
        String remedy =
                waiting.getReason().contains("Image")
                        ? " See whether the image of --in-cluster is there, and whether the nodes"
                                + " may pull it."
                        : "";
        return new StartFailure(
                "The Job does not start. %s%s.%s".formatted(waiting.getReason(), message, remedy),
                false);
    }

    private static Optional<StartFailure> unscheduled(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(condition -> "PodScheduled".equals(condition.getType()))
                        .filter(condition -> "False".equals(condition.getStatus()))
                        .map(PodCondition::getMessage)
                        .map(
                                message ->
                                        new StartFailure(
                                                "The Job has no node yet: " + message, false))
                        .findFirst();
    }

    /** Why the Job's controller may not create pods, by its events. */
    private static Optional<StartFailure> refused(KubernetesClient kubernetes, Job job)
            throws PlatformException {
        List<Event> events =
                ApiCalls.call(
                        kubernetes,
                        () ->
                                kubernetes
                                        .v1()
                                        .events()
                                        .inNamespace(job.getMetadata().getNamespace())
                                        .withField("involvedObject.uid", job.getMetadata().getUid())
                                        .list()
                                        .getItems());
        return events.stream()
                .filter(event -> "FailedCreate".equals(event.getReason()))
                .map(Event::getMessage)
                .reduce((_, newer) -> newer)
                .map(message -> new StartFailure(refusal(message), true));
    }

    private static String refusal(String message) {
        String remedy =
                message.contains("serviceaccount")
                        ? " Apply knative/access to the namespace, which has the ServiceAccount and"
                                + " its Role."
                        : message.contains("quota")
                                ? " Raise the namespace's quota, or remove what it does not need."
                                : "";
        return "The Job gets no pod: %s.%s".formatted(message, remedy);
    }
}
