package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.drive.PlatformException;

import io.fabric8.knative.client.KnativeClient;
import io.fabric8.knative.serving.v1.Revision;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Deletes the revisions of a Service that are no longer needed. */
final class OldRevisions {

    private final KubernetesClient kubernetes;
    private final KnativeClient knative;
    private final String namespace;
    private final int keep;

    /**
     * @param keep number of revisions to keep, including those with traffic or a tag
     */
    OldRevisions(KubernetesClient kubernetes, String namespace, int keep) {
        this.kubernetes = kubernetes;
        this.knative = kubernetes.adapt(KnativeClient.class);
        this.namespace = namespace;
        this.keep = keep;
    }

    /**
     * Deletes the oldest ones of these revisions, except those that are in use.
     *
     * @return what was deleted, one per line
     */
    List<String> delete(Service service, List<Revision> revisions) throws PlatformException {
        Set<String> needed = needed(service);
        List<Revision> old =
                revisions.stream()
                        .sorted(RevisionOrder.NEWEST_FIRST)
                        .filter(each -> !needed.contains(each.getMetadata().getName()))
                        .skip(Math.max(0, keep - needed.size()))
                        .toList();
        List<String> lines = new ArrayList<>();
        for (Revision each : old) {
            var resource = knative.revisions().inNamespace(namespace).resource(each);
            ApiCalls.call(kubernetes, () -> resource.lockResourceVersion().delete());
            lines.add(each.getMetadata().getName() + " was deleted: it is older than those kept.");
        }
        return lines;
    }

    /** Revisions with traffic or a tag, written or applied, and those that Knative refers to. */
    private static Set<String> needed(Service service) {
        Set<String> needed = new HashSet<>();
        service.getSpec().getTraffic().forEach(target -> needed.add(target.getRevisionName()));
        if (service.getStatus() != null) {
            service.getStatus()
                    .getTraffic()
                    .forEach(target -> needed.add(target.getRevisionName()));
            needed.add(service.getStatus().getLatestReadyRevisionName());
            needed.add(service.getStatus().getLatestCreatedRevisionName());
        }
        return needed;
    }
}
