package dev.onnxfunction.rollout.cluster;

import io.fabric8.knative.client.KnativeClient;
import io.fabric8.knative.pkg.apis.Condition;
import io.fabric8.knative.pkg.apis.ConditionBuilder;
import io.fabric8.knative.serving.v1.Revision;
import io.fabric8.knative.serving.v1.RevisionBuilder;
import io.fabric8.knative.serving.v1.RevisionList;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.knative.serving.v1.ServiceBuilder;
import io.fabric8.knative.serving.v1.ServiceStatus;
import io.fabric8.knative.serving.v1.TrafficTarget;
import io.fabric8.knative.serving.v1.TrafficTargetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * As much of Knative's reconciler as a rollout can observe: revisions are created from the template
 * and become ready, and traffic is routed once all its revisions are ready.
 */
final class FakeKnative {

    static final String NAMESPACE = "models";

    /** The outcome of a revision: the status of its condition Ready, and its reason. */
    enum Fate {
        READY("True", ""),
        STARTING("Unknown", "Deploying"),
        BROKEN("False", "ExitCode1");

        private final String status;
        private final String reason;

        Fate(String status, String reason) {
            this.status = status;
            this.reason = reason;
        }
    }

    private final KnativeClient knative;
    private final MockObjects objects;
    private final Map<String, Fate> fates = new HashMap<>();
    private final CountingApi api;

    /** The number of writes before a Service was last reconciled. */
    private final Map<String, Long> reconciled = new ConcurrentHashMap<>();

    private int made;

    FakeKnative(KubernetesClient kubernetes, CountingApi api) {
        knative = kubernetes.adapt(KnativeClient.class);
        this.api = api;
        objects = new MockObjects(api, "/apis/serving.knative.dev/v1/namespaces/" + NAMESPACE);
    }

    /** Sets the outcome of a revision. Others are ready as soon as they are created. */
    void decide(String revision, Fate fate) {
        fates.put(revision, fate);
        reconciled.clear();
    }

    Service service(String name) {
        return Objects.requireNonNull(find(name), name);
    }

    private @Nullable Service find(String name) {
        return objects.find("services/" + name, Service.class);
    }

    Revision revision(String name) {
        return Objects.requireNonNull(objects.find("revisions/" + name, Revision.class), name);
    }

    /** Somebody applies a new Service. */
    void create(Service service) {
        objects.create("services", service, Service.class);
    }

    /** Somebody else edits the Service. */
    void edit(String name, UnaryOperator<Service> how) {
        knative.services().inNamespace(NAMESPACE).withName(name).edit(how);
    }

    boolean exists(String name) {
        return find(name) != null;
    }

    List<String> revisions(String service) {
        return list(service).stream().map(each -> each.getMetadata().getName()).sorted().toList();
    }

    private List<Revision> list(String service) {
        RevisionList all =
                objects.find(
                        "revisions?labelSelector=%s%%3D%s"
                                .formatted(Labels.SERVICE.replace("/", "%2F"), service),
                        RevisionList.class);
        return all == null ? List.of() : all.getItems();
    }

    /** Reconciles the objects with their specs, unless nothing was written in the meantime. */
    void reconcile(String name) {
        Long writes = api.writes();
        if (writes.equals(reconciled.put(name, writes))) {
            return;
        }
        Service service = find(name);
        if (service == null) {
            return;
        }
        String wanted = service.getSpec().getTemplate().getMetadata().getName();
        List<Revision> revisions = list(name);
        if (revisions.stream().noneMatch(each -> each.getMetadata().getName().equals(wanted))) {
            make(service, wanted);
            revisions = list(name);
        }
        Map<String, Fate> fateOf = new HashMap<>();
        for (Revision revision : revisions) {
            String each = revision.getMetadata().getName();
            Fate fate = fates.getOrDefault(each, Fate.READY);
            fateOf.put(each, fate);
            report(revision, fate);
        }
        String latestReady =
                fateOf.get(wanted) == Fate.READY ? wanted : latestReady(service.getStatus());
        ServiceStatus status = status(service, wanted, latestReady, fateOf);
        if (!status.equals(service.getStatus())) {
            objects.replace(
                    "services/" + name + "/status",
                    new ServiceBuilder(service).withStatus(status).build(),
                    Service.class);
        }
    }

    private static @Nullable String latestReady(@Nullable ServiceStatus status) {
        return status == null ? null : status.getLatestReadyRevisionName();
    }

    private void make(Service service, String name) {
        made++;
        objects.create(
                "revisions",
                new RevisionBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(NAMESPACE)
                        .addToLabels(Labels.SERVICE, service.getMetadata().getName())
                        .withAnnotations(
                                service.getSpec().getTemplate().getMetadata().getAnnotations())
                        .addToLabels(Labels.GENERATION, Integer.toString(made))
                        .endMetadata()
                        .withSpec(service.getSpec().getTemplate().getSpec())
                        .build(),
                Revision.class);
    }

    private void report(Revision revision, Fate fate) {
        Condition ready = condition("Ready", fate.status, fate.reason);
        if (revision.getStatus() != null && revision.getStatus().getConditions().contains(ready)) {
            return;
        }
        objects.replace(
                "revisions/" + revision.getMetadata().getName() + "/status",
                new RevisionBuilder(revision)
                        .withNewStatus()
                        .withConditions(ready)
                        .endStatus()
                        .build(),
                Revision.class);
    }

    private static ServiceStatus status(
            Service service, String wanted, @Nullable String latestReady, Map<String, Fate> fates) {
        ServiceStatus status = new ServiceStatus();
        status.setObservedGeneration(service.getMetadata().getGeneration());
        status.setLatestCreatedRevisionName(wanted);
        status.setLatestReadyRevisionName(latestReady);
        List<TrafficTarget> asked = resolved(service, latestReady);
        Predicate<TrafficTarget> isReady =
                target -> fates.get(String.valueOf(target.getRevisionName())) == Fate.READY;
        boolean routed = asked.stream().allMatch(isReady);
        status.setConditions(
                List.of(
                        condition(
                                "RoutesReady",
                                routed ? "True" : "False",
                                routed ? "" : "RevisionMissing")));
        status.setTraffic(
                routed
                        ? asked
                        : service.getStatus() == null
                                ? List.of()
                                : service.getStatus().getTraffic());
        return status;
    }

    private static List<TrafficTarget> resolved(Service service, @Nullable String latestReady) {
        List<TrafficTarget> targets = new ArrayList<>();
        List<TrafficTarget> asked = service.getSpec().getTraffic();
        if (asked.isEmpty()) {
            asked = List.of(new TrafficTargetBuilder().withPercent(100L).build());
        }
        for (TrafficTarget target : asked) {
            String tag = target.getTag();
            String host = service.getMetadata().getName() + "." + NAMESPACE + ".example.com";
            targets.add(
                    new TrafficTargetBuilder(target)
                            .withRevisionName(
                                    target.getRevisionName() == null
                                            ? latestReady
                                            : target.getRevisionName())
                            .withUrl(tag == null ? null : "http://" + tag + "-" + host)
                            .build());
        }
        return targets;
    }

    private static Condition condition(String type, String status, String reason) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason.isEmpty() ? null : reason)
                .withMessage(
                        reason.isEmpty()
                                ? null
                                : "Container failed with: It starts.\nBecause of the test.\n")
                .build();
    }
}
