package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.cluster.ApiCalls;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the new lines of a pod's log. Each read is a call of its own, so that a broken connection
 * neither loses nor repeats lines.
 */
final class PodLog {

    private final KubernetesClient kubernetes;
    private final String namespace;
    private final String pod;
    private Instant last = Instant.EPOCH;

    /** Number of lines read with the time {@code last}. */
    private int same;

    PodLog(KubernetesClient kubernetes, Pod pod) {
        this.kubernetes = kubernetes;
        this.namespace = pod.getMetadata().getNamespace();
        this.pod = pod.getMetadata().getName();
    }

    /** The new lines. */
    List<String> next() throws KubernetesClientException {
        // The API takes whole seconds, so lines that were read before are skipped below.
        String since =
                last.equals(Instant.EPOCH)
                        ? ""
                        : "&sinceTime=" + last.truncatedTo(ChronoUnit.SECONDS);
        String log =
                ApiCalls.log(
                        kubernetes, namespace, pod, JobContainer.NAME, "&timestamps=true" + since);
        return unread(log);
    }

    private List<String> unread(String log) {
        List<String> lines = new ArrayList<>();
        Instant before = last;
        int skip = same;
        for (String stamped : log.lines().toList()) {
            int end = stamped.indexOf(' ');
            Instant time = end < 0 ? null : time(stamped.substring(0, end));
            if (time == null || time.isBefore(before)) {
                continue;
            }
            if (time.equals(before) && skip > 0) {
                skip--;
                continue;
            }
            same = time.equals(last) ? same + 1 : 1;
            last = time;
            lines.add(stamped.substring(end + 1));
        }
        return lines;
    }

    private static @Nullable Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return null; // A line without a time, from the kubelet itself.
        }
    }
}
