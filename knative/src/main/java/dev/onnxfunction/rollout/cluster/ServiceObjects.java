package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.drive.PlatformException;

import io.fabric8.knative.client.KnativeClient;
import io.fabric8.knative.serving.v1.Revision;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Fetches the objects of a Service in a cluster. */
final class ServiceObjects {

    private final KubernetesClient kubernetes;
    private final KnativeClient knative;
    private final String namespace;

    ServiceObjects(KubernetesClient kubernetes, String namespace) {
        this.kubernetes = kubernetes;
        this.knative = kubernetes.adapt(KnativeClient.class);
        this.namespace = namespace;
    }

    /** The Service; null if there is none of that name. */
    @Nullable Service service(String name) throws PlatformException {
        return ApiCalls.call(() -> knative.services().inNamespace(namespace).withName(name).get());
    }

    /** Its revisions, in no order. */
    List<Revision> revisions(String service) throws PlatformException {
        return ApiCalls.call(
                () ->
                        knative.revisions()
                                .inNamespace(namespace)
                                .withLabel(Labels.SERVICE, service)
                                .list()
                                .getItems());
    }

    /** The pods of one revision. */
    List<Pod> pods(String revision) throws PlatformException {
        return ApiCalls.call(
                () ->
                        kubernetes
                                .pods()
                                .inNamespace(namespace)
                                .withLabel(Labels.REVISION, revision)
                                .list()
                                .getItems());
    }
}
