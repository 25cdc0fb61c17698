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
import dev.onnxfunction.rollout.engine.Target;
import dev.onnxfunction.rollout.engine.Traffic;

import io.fabric8.knative.client.KnativeClient;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.knative.serving.v1.ServiceBuilder;
import io.fabric8.knative.serving.v1.TrafficTarget;
import io.fabric8.knative.serving.v1.TrafficTargetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A Service in a cluster. Every write names the resource version it was decided on. */
public final class KnativePlatform implements Platform, AutoCloseable {

    private final KubernetesClient kubernetes;
    private final KnativeClient knative;
    private final ServiceObjects parts;
    private final String namespace;
    private final String name;
    private final @Nullable Candidate candidate;
    private final int keep;
    private final PodAccess access;
    private final PodAddresses addresses;
    private @Nullable Service seen;

    /** The same, with the pod access that works from this process. */
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
    public KnativePlatform(
            KubernetesClient kubernetes,
            String namespace,
            String name,
            @Nullable Candidate candidate,
            int keep,
            PodAccess access) {
        this.kubernetes = kubernetes;
        this.knative = kubernetes.adapt(KnativeClient.class);
        this.parts = new ServiceObjects(kubernetes, namespace);
        this.namespace = namespace;
        this.name = name;
        this.candidate = candidate;
        this.keep = keep;
        this.access = access;
        this.addresses = new PodAddresses(kubernetes, access);
    }

    @Override
    public ObservedService observe() throws PlatformException {
        Service service = parts.service(name);
        if (service == null && seen != null) {
            service = parts.service(name); // What was there is not gone because of one answer.
        }
        seen = service;
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
        for (var each : parts.revisions(name)) {
            Revision revision = RevisionReader.read(each);
            if (revision.name().equals(newest) && revision.readiness() == Readiness.PENDING) {
                revision = RevisionReader.read(revision, parts.pods(revision.name()));
            }
            revisions.put(revision.name(), revision);
        }
        return revisions;
    }

    @Override
    public void write(Change change) throws PlatformException {
        Service next = next(change);
        var resource = knative.services().inNamespace(namespace).resource(next);
        ApiCalls.call(() -> seen == null ? resource.create() : resource.update());
    }

    /** The Service after the change. */
    public Service next(Change change) {
        Service before = seen == null ? manifest() : seen;
        ServiceBuilder service =
                new ServiceBuilder(before)
                        .editMetadata()
                        .withAnnotations(
                                Annotations.with(
                                        before.getMetadata().getAnnotations(), change.recorded()))
                        .endMetadata();
        if (change.traffic() != null) {
            service.editSpec().withTraffic(targets(change.traffic())).endSpec();
        }
        if (change.template()) {
            service.editSpec().withTemplate(wanted().template()).endSpec();
        }
        return service.build();
    }

    private Service manifest() {
        Service manifest = wanted().manifest();
        if (manifest == null) {
            throw new IllegalStateException("There is no manifest to make the Service from.");
        }
        return new ServiceBuilder(manifest)
                .editMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .build();
    }

    private Candidate wanted() {
        if (candidate == null) {
            throw new IllegalStateException("Nothing is to be deployed.");
        }
        return candidate;
    }

    private static List<TrafficTarget> targets(Traffic traffic) {
        List<TrafficTarget> targets = new ArrayList<>();
        for (Target target : traffic.targets()) {
            targets.add(
                    new TrafficTargetBuilder()
                            .withRevisionName(target.revision())
                            .withPercent((long) target.percent())
                            .withTag(target.tag())
                            .withLatestRevision(false)
                            .build());
        }
        return targets;
    }

    @Override
    public void delete() throws PlatformException {
        var resource = knative.services().inNamespace(namespace).resource(seenOne());
        ApiCalls.call(() -> resource.lockResourceVersion().delete());
    }

    private Service seenOne() {
        if (seen == null) {
            throw new IllegalStateException("The Service was not seen.");
        }
        return seen;
    }

    @Override
    public Optional<URI> address(String tag) {
        return ServiceReader.url(seen, tag)
                .map(URI::create)
                .map(url -> access == PodAccess.DIRECT ? inside(url, tag) : url);
    }

    @Override
    public List<Instance> instances(String revision) throws PlatformException {
        return addresses.of(revision, parts.pods(revision));
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
        observe();
        Set<String> needed = needed(seenOne());
        List<io.fabric8.knative.serving.v1.Revision> old =
                parts.revisions(name).stream()
                        .sorted(RevisionOrder.NEWEST_FIRST)
                        .filter(each -> !needed.contains(each.getMetadata().getName()))
                        .skip(Math.max(0, keep - needed.size()))
                        .toList();
        List<String> lines = new ArrayList<>();
        for (var each : old) {
            var resource = knative.revisions().inNamespace(namespace).resource(each);
            ApiCalls.call(() -> resource.lockResourceVersion().delete());
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

    /** Closes the port-forwards to pods. */
    @Override
    public void close() {
        addresses.close();
    }
}
