package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.drive.Instance;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Addresses of the function in each pod. Keeps a port-forward open while its pod runs. */
final class PodAddresses implements AutoCloseable {

    private final KubernetesClient kubernetes;
    private final PodAccess access;

    /** By revision, then by pod. */
    private final Map<String, Map<String, LocalPortForward>> forwards = new HashMap<>();

    PodAddresses(KubernetesClient kubernetes, PodAccess access) {
        this.kubernetes = kubernetes;
        this.access = access;
    }

    /** All pods of a revision, each with its address or the reason why there is none. */
    List<Instance> of(String revision, List<Pod> pods) {
        Set<String> running =
                pods.stream()
                        .filter(PodReader::isRunning)
                        .map(pod -> pod.getMetadata().getName())
                        .collect(Collectors.toSet());
        closeExcept(running, forwards.computeIfAbsent(revision, _ -> new HashMap<>()));
        return pods.stream().map(pod -> instance(revision, pod)).toList();
    }

    private Instance instance(String revision, Pod pod) {
        if (!PodReader.isRunning(pod)) {
            return PodReader.read(pod, null, "It does not run.");
        }
        try {
            return PodReader.read(pod, address(revision, pod), "");
        } catch (KubernetesClientException e) {
            return PodReader.read(pod, null, ApiCalls.problem(e));
        } catch (UncheckedIOException e) {
            return PodReader.read(pod, null, "No local port is free: " + e.getMessage());
        }
    }

    private URI address(String revision, Pod pod) {
        if (access == PodAccess.DIRECT) {
            String ip = pod.getStatus().getPodIP();
            String host = ip.contains(":") ? "[" + ip + "]" : ip;
            return URI.create("http://" + host + ":" + PodReader.port(pod));
        }
        Map<String, LocalPortForward> ofRevision =
                forwards.computeIfAbsent(revision, _ -> new HashMap<>());
        LocalPortForward forward =
                ofRevision.computeIfAbsent(pod.getMetadata().getName(), _ -> forward(pod));
        return URI.create("http://127.0.0.1:" + forward.getLocalPort());
    }

    private LocalPortForward forward(Pod pod) {
        return kubernetes
                .pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .portForward(PodReader.port(pod), InetAddress.getLoopbackAddress(), 0);
    }

    private static void closeExcept(Set<String> running, Map<String, LocalPortForward> forwards) {
        for (Iterator<Map.Entry<String, LocalPortForward>> all = forwards.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<String, LocalPortForward> each = all.next();
            if (!running.contains(each.getKey()) || !each.getValue().isAlive()) {
                close(each.getValue());
                all.remove();
            }
        }
    }

    private static void close(LocalPortForward forward) {
        try {
            forward.close();
        } catch (IOException e) {
            // It ends with the process at the latest.
        }
    }

    @Override
    public void close() {
        forwards.values().forEach(ofRevision -> closeExcept(Set.of(), ofRevision));
    }
}
