package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.drive.Instance;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.ObservedService;
import dev.onnxfunction.rollout.engine.Observation.Unsupported;
import dev.onnxfunction.rollout.engine.Revision;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.Step.Change;

import io.fabric8.knative.client.KnativeClient;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Service in a cluster. Every write names the resource version of the observation that it is
 * based on.
 */
public final class KnativePlatform implements Platform, AutoCloseable {

    private final KubernetesClient kubernetes;
    private final KnativeClient knative;
    private final ServiceObjects objects;
    private final String namespace;
    private final String name;
    private final ServiceChange serviceChange;
    private final OldRevisions oldRevisions;
    private final PodAccess access;
    private final PodAddresses addresses;
    private @Nullable Service last;

    /** Those of the last observation; none if it failed. */
    private List<io.fabric8.knative.serving.v1.Revision> lastRevisions = List.of();

    /** A platform that reaches pods in the way that works from this process. */
    public KnativePlatform(
            KubernetesClient kubernetes,
            String namespace,
            String name,
            @Nullable Candidate candidate,
            int keep) {
        this(kubernetes, namespace, name, candidate, keep, PodAccess.here());
    }

    /**
     * @param name of the Service
     * @param candidate the revision to deploy; null if there is none
     * @param keep number of revisions to keep, including those with traffic or a tag
     * @param access how pods are reached
     */
    KnativePlatform(
            KubernetesClient kubernetes,
            String namespace,
            String name,
            @Nullable Candidate candidate,
            int keep,
            PodAccess access) {
        this.kubernetes = kubernetes;
        this.knative = kubernetes.adapt(KnativeClient.class);
        this.objects = new ServiceObjects(kubernetes, namespace);
        this.namespace = namespace;
        this.name = name;
        this.serviceChange = new ServiceChange(namespace, name, candidate);
        this.oldRevisions = new OldRevisions(kubernetes, namespace, keep);
        this.access = access;
        this.addresses = new PodAddresses(kubernetes, access);
    }

    @Override
    public ObservedService observe() throws PlatformException {
        lastRevisions = List.of();
        Service service = objects.service(name);
        if (service == null && last != null) {
            // One answer does not prove that a known Service is gone.
            service = objects.service(name);
        }
        last = service;
        if (service == null) {
            return new Absent();
        }
        Map<String, Revision> revisions = revisions(service);
        try {
            return ServiceReader.read(service, revisions);
        } catch (UnsupportedServiceException e) {
            return new Unsupported(e.problem(), revisions, ServiceReader.recorded(service));
        }
    }

    private Map<String, Revision> revisions(Service service) throws PlatformException {
        String newest =
                service.getSpec().getTemplate().getMetadata() == null
                        ? null
                        : service.getSpec().getTemplate().getMetadata().getName();
        Map<String, Revision> revisions = new HashMap<>();
        lastRevisions = objects.revisions(name);
        for (var each : lastRevisions) {
            Revision revision = RevisionReader.read(each);
            if (revision.name().equals(newest) && revision.readiness() == Readiness.PENDING) {
                revision = RevisionReader.read(revision, objects.pods(revision.name()));
            }
            revisions.put(revision.name(), revision);
        }
        return revisions;
    }

    @Override
    public void write(Change change) throws PlatformException {
        objects.write(serviceChange.apply(change, last), last == null);
    }

    @Override
    public void delete() throws PlatformException {
        var resource = knative.services().inNamespace(namespace).resource(observed());
        ApiCalls.call(kubernetes, () -> resource.lockResourceVersion().delete());
    }

    private Service observed() {
        if (last == null) {
            throw new IllegalStateException("The Service was not observed.");
        }
        return last;
    }

    @Override
    public Optional<URI> address(String tag) {
        return ServiceReader.url(last, tag)
                .map(URI::create)
                .map(url -> access == PodAccess.DIRECT ? inside(url, tag) : url);
    }

    @Override
    public List<Instance> instances(String revision) throws PlatformException {
        return addresses.of(revision, objects.pods(revision));
    }

    /** The address of a tag inside the cluster, whatever its public name resolves to. */
    private URI inside(URI url, String tag) {
        return url.getHost().contains(".svc.")
                ? url
                : URI.create("http://%s-%s.%s.svc".formatted(tag, name, namespace));
    }

    @Override
    public List<String> diagnose(String revision) {
        return new Diagnosis(kubernetes, namespace).of(revision);
    }

    @Override
    public List<String> tidy() throws PlatformException {
        return last == null ? List.of() : oldRevisions.delete(last, lastRevisions);
    }

    /** Closes the port-forwards to pods. */
    @Override
    public void close() {
        addresses.close();
    }
}
