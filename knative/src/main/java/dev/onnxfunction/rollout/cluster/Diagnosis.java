package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.drive.PlatformException;

import io.fabric8.knative.client.KnativeClient;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import java.util.ArrayList;
import java.util.List;

/** Why a revision is not ready: its conditions, its pods, their logs and events. */
final class Diagnosis {

    private static final int LOG_LINES = 20;
    private static final int EVENTS = 5;

    private final KubernetesClient kubernetes;
    private final String namespace;
    private final List<String> lines = new ArrayList<>();

    Diagnosis(KubernetesClient kubernetes, String namespace) {
        this.kubernetes = kubernetes;
        this.namespace = namespace;
    }

    /** The reasons that can be read, one per line. */
    List<String> of(String revision) {
        try {
            conditions(revision);
            for (Pod pod : new ServiceObjects(kubernetes, namespace).pods(revision)) {
                containers(pod);
                events(pod);
            }
        } catch (KubernetesClientException e) {
            lines.add("Further details cannot be read: " + ApiCalls.problem(e));
        } catch (PlatformException e) {
            lines.add("Further details cannot be read: " + e.problem());
        }
        return lines;
    }

    private void conditions(String name) {
        var revision =
                kubernetes
                        .adapt(KnativeClient.class)
                        .revisions()
                        .inNamespace(namespace)
                        .withName(name)
                        .get();
        if (revision == null || revision.getStatus() == null) {
            lines.add("Knative has not created " + name + ".");
            return;
        }
        revision.getStatus().getConditions().stream()
                .filter(condition -> !"True".equals(condition.getStatus()))
                .filter(condition -> condition.getReason() != null)
                .forEach(
                        condition ->
                                lines.add(
                                        "Revision, "
                                                + condition.getType()
                                                + ": "
                                                + Conditions.say(condition)));
    }

    private void containers(Pod pod) {
        for (ContainerStatus status : pod.getStatus().getContainerStatuses()) {
            String who = "Pod " + pod.getMetadata().getName() + ", " + status.getName() + ": ";
            var state = status.getState();
            if (state != null && state.getWaiting() != null) {
                String message = state.getWaiting().getMessage();
                lines.add(
                        who
                                + state.getWaiting().getReason()
                                + (message == null ? "" : ": " + message));
            }
            var last = status.getLastState();
            boolean ended = last != null && last.getTerminated() != null;
            if (ended) {
                lines.add(who + "ended with exit code " + last.getTerminated().getExitCode());
            }
            if (status.getName().equals(PodReader.containerName(pod))) {
                log(pod, ended);
            }
        }
    }

    private void log(Pod pod, boolean ofTheOneBefore) {
        try {
            String which = ofTheOneBefore ? "&previous=true" : "";
            ApiCalls.log(
                            kubernetes,
                            namespace,
                            pod.getMetadata().getName(),
                            PodReader.containerName(pod),
                            "&tailLines=" + LOG_LINES + which)
                    .lines()
                    .forEach(line -> lines.add("  | " + line));
        } catch (KubernetesClientException e) {
            lines.add("  | (no log: " + ApiCalls.problem(e) + ")");
        }
    }

    private void events(Pod pod) {
        List<Event> warnings =
                kubernetes
                        .v1()
                        .events()
                        .inNamespace(namespace)
                        .withField("involvedObject.name", pod.getMetadata().getName())
                        .list()
                        .getItems()
                        .stream()
                        .filter(event -> "Warning".equals(event.getType()))
                        .toList();
        warnings.stream()
                .skip(Math.max(0, warnings.size() - EVENTS))
                .forEach(event -> lines.add(event.getReason() + ": " + event.getMessage()));
    }
}
