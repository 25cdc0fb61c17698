package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.drive.PlatformException;

import io.fabric8.knative.client.KnativeClient;
import io.fabric8.knative.serving.v1.Revision;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
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
        Service service =
                ApiCalls.call(
                        kubernetes,
                        () -> knative.services().inNamespace(namespace).withName(name).get());
        return service == null ? null : whole(service, name);
    }

    /**
     * Writes the Service.
     *
     * @param create false to update the version of it that was read
     */
    void write(Service service, boolean create) throws PlatformException {
        var resource = knative.services().inNamespace(namespace).resource(service);
        whole(
                ApiCalls.call(kubernetes, () -> create ? resource.create() : resource.update()),
                service.getMetadata().getName());
    }

    /** Refuses an answer that is JSON, but not the Service. */
    private static Service whole(@Nullable Service service, String name) throws PlatformException {
        if (service == null
                || service.getSpec() == null
                || service.getSpec().getTemplate() == null
                || service.getMetadata() == null
                || !name.equals(service.getMetadata().getName())) {
            throw ApiCalls.foreign("the Service " + name);
        }
        return service;
    }

    /** Its revisions, in no order. */
    List<Revision> revisions(String service) throws PlatformException {
        return items(
                ApiCalls.call(
                        kubernetes,
                        () ->
                                knative.revisions()
                                        .inNamespace(namespace)
                                        .withLabel(Labels.SERVICE, service)
                                        .list()),
                "a list of revisions");
    }

    /** The pods of one revision. */
    List<Pod> pods(String revision) throws PlatformException {
        return items(
                ApiCalls.call(
                        kubernetes,
                        () ->
                                kubernetes
                                        .pods()
                                        .inNamespace(namespace)
                                        .withLabel(Labels.REVISION, revision)
                                        .list()),
                "a list of pods");
    }

    /** The items of a list. Without its metadata, an empty list may be any other JSON. */
    private static <T extends HasMetadata> List<T> items(
            @Nullable KubernetesResourceList<T> list, String what) throws PlatformException {
        if (list == null || list.getMetadata() == null) {
            throw ApiCalls.foreign(what);
        }
        return list.getItems();
    }
}
