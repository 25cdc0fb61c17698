package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.cluster.ApiCalls;
import dev.onnxfunction.rollout.drive.PlatformException;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Prints the logs of a Job's pods, each line once. */
final class JobOutput {

    private final KubernetesClient kubernetes;
    private final PrintStream out;
    private final Map<String, PodLog> logs = new HashMap<>();
    private final Set<String> finished = new HashSet<>();
    private String lastMessage = "";

    JobOutput(KubernetesClient kubernetes, PrintStream out) {
        this.kubernetes = kubernetes;
        this.out = out;
    }

    /** Whether a pod has started, so that there may have been output. */
    boolean hasStarted() {
        return !logs.isEmpty();
    }

    /** Prints a message about the Job, unless it repeats the last one. */
    void message(String message) {
        if (!message.equals(lastMessage)) {
            out.println(message);
        }
        lastMessage = message;
    }

    /**
     * Prints the new lines of a pod.
     *
     * @return how it ended; empty if it has not
     */
    Optional<ContainerStateTerminated> print(Pod pod) throws PlatformException {
        Optional<ContainerStatus> status = JobPods.status(pod);
        if (status.isEmpty()) {
            return Optional.empty();
        }
        Optional<ContainerStateTerminated> ended =
                Optional.ofNullable(status.get().getState().getTerminated());
        boolean started = ended.isPresent() || status.get().getState().getRunning() != null;
        String name = pod.getMetadata().getName();
        if (started && !finished.contains(name)) {
            print(logs.computeIfAbsent(name, _ -> new PodLog(kubernetes, pod)));
            ended.ifPresent(end -> finish(name, end));
        }
        return ended;
    }

    private void print(PodLog log) throws PlatformException {
        try {
            log.next().forEach(out::println);
        } catch (KubernetesClientException e) {
            throw ApiCalls.exception(e);
        }
    }

    private void finish(String pod, ContainerStateTerminated end) {
        finished.add(pod);
        if (!JobPods.isVerdict(end)) {
            out.println(
                    "Pod %s ended with %d: another one resumes.".formatted(pod, end.getExitCode()));
        }
    }
}
