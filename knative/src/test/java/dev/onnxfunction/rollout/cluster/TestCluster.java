package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.drive.Driver;
import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Outcome;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import io.fabric8.knative.serving.v1.RevisionTemplateSpec;
import io.fabric8.knative.serving.v1.RevisionTemplateSpecBuilder;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.knative.serving.v1.ServiceBuilder;
import io.fabric8.knative.serving.v1.TrafficTarget;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * fabric8's mock of an API server with a reconciler, injected faults, and a clock that advances
 * with each wait.
 */
final class TestCluster implements AutoCloseable {

    /** The timeout of calls, which a busy machine needs only a small part of. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The timeout of a call that is meant to time out. */
    private static final Duration NO_PATIENCE = Duration.ofMillis(300);

    static final RolloutPlan PLAN =
            new RolloutPlan(List.of(10, 100), Duration.ofSeconds(5), Duration.ofSeconds(60));

    private final CountingApi objects = new CountingApi();
    private final FaultyApi reliable;
    private final KubernetesClient admin;
    private final KubernetesClient client;
    final FaultyApi api;
    final FakeKnative knative;

    /** The output of all rollouts. */
    final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private int ids;

    /** The plan of all rollouts. */
    RolloutPlan plan = PLAN;

    /** An event while time passes, before Knative reconciles. */
    Consumer<Duration> meanwhile = _ -> {};

    /**
     * Factor by which the clock advances faster than the waits, to reach the end of long timeouts.
     */
    int hurry = 1;

    TestCluster() throws IOException {
        reliable = new FaultyApi(objects);
        admin = KubernetesClients.of(config(reliable.address().toString()), PATIENCE);
        api = new FaultyApi(objects);
        client = KubernetesClients.of(config(api.address().toString()), PATIENCE);
        api.beforeCall = timesOut -> waitFor(timesOut ? NO_PATIENCE : PATIENCE);
        knative = new FakeKnative(admin, objects);
    }

    private static Config config(String url) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withNamespace(FakeKnative.NAMESPACE)
                .withHttp2Disable(true)
                .build();
    }

    /** From now on, the rollout waits this long for each call. */
    void waitFor(Duration timeout) {
        client.getConfiguration().setRequestTimeout(Math.toIntExact(timeout.toMillis()));
    }

    /** Gates that the candidate passes at every stage. */
    Gates passing() {
        return (running, _) -> new Passed(running.stage(), now);
    }

    /** Gates that the candidate fails at a stage only; 0 is before it has traffic. */
    Gates failingAt(int stage) {
        return (running, _) ->
                running.stage() == stage
                        ? new Failed(Outcome.FAILED, "Gate 'test': It failed.")
                        : new Passed(running.stage(), now);
    }

    /** Removes all objects, because the mock searches all of them in each call. */
    void clear() {
        objects.reset();
    }

    KubernetesClient client() {
        return client;
    }

    /** From now on, this program runs the Jobs; their files are in this folder. */
    FakeJobs jobs(Path folder, FakeJobs.Program program) {
        FakeJobs jobs = new FakeJobs(admin, folder, program);
        api.logs = jobs::log;
        return jobs;
    }

    /** A Service as applied by kubectl, whose first revision has all traffic. */
    void serve(String name) {
        knative.create(manifest(name, name + "-1"));
        knative.reconcile(name);
    }

    static Service manifest(String name, String revision) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(FakeKnative.NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withTemplate(template(revision))
                .endSpec()
                .build();
    }

    static RevisionTemplateSpec template(String revision) {
        return new RevisionTemplateSpecBuilder()
                .withNewMetadata()
                .withName(revision)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withImage("example.com/function@sha256:" + revision)
                .endContainer()
                .endSpec()
                .build();
    }

    InstantSource clock() {
        return () -> now;
    }

    /** Deploys a revision. */
    Exit deploy(String name, String revision, Gates gates) {
        return deploy(name, revision, gates, false);
    }

    Exit deploy(String name, String revision, Gates gates, boolean takeOver) {
        return deploy(
                name,
                new Candidate(revision, template(revision), manifest(name, revision)),
                gates,
                takeOver);
    }

    Exit deploy(String name, Candidate candidate, Gates gates) {
        return deploy(name, candidate, gates, false);
    }

    private Exit deploy(String name, Candidate candidate, Gates gates, boolean takeOver) {
        Rollout rollout = new Rollout("id" + ids++, candidate.name(), null, plan, now);
        return driver(name, candidate, gates).run(new State.Deploy(rollout, takeOver));
    }

    /** Runs another command. */
    Exit run(String name, State command) {
        return driver(
                        name,
                        null,
                        (_, _) -> {
                            throw new AssertionError("No gate is asked.");
                        })
                .run(command);
    }

    Driver driver(String name, @Nullable Candidate candidate, Gates gates) {
        return driver(name, candidate, gates, platform -> platform);
    }

    /**
     * @param through wraps the platform
     */
    Driver driver(
            String name,
            @Nullable Candidate candidate,
            Gates gates,
            UnaryOperator<Platform> through) {
        return new Driver(
                through.apply(
                        new KnativePlatform(
                                client,
                                FakeKnative.NAMESPACE,
                                name,
                                candidate,
                                3,
                                PodAccess.DIRECT)),
                gates,
                clock(),
                time -> pass(name, time),
                new ProgressPrinter(
                        new PrintStream(output, true, StandardCharsets.UTF_8), false, clock()));
    }

    /** Advances the clock while no Service changes. */
    void pass(Duration time) {
        now = now.plus(time.multipliedBy(hurry));
    }

    private void pass(String name, Duration time) {
        now = now.plus(time.multipliedBy(hurry));
        meanwhile.accept(time);
        knative.reconcile(name);
    }

    /** Adds a running pod of a revision, with a memory limit of 512 MiB. */
    void pod(String revision, String name, int port, int restarts, boolean outOfMemory) {
        Pod pod =
                new PodBuilder(
                                TestPods.running(
                                        name, "user-container", port, restarts, outOfMemory))
                        .editMetadata()
                        .addToLabels(Labels.REVISION, revision)
                        .endMetadata()
                        .build();
        removePod(name);
        admin.pods().inNamespace(FakeKnative.NAMESPACE).resource(pod).create();
    }

    /** Removes a pod. */
    void removePod(String name) {
        admin.pods().inNamespace(FakeKnative.NAMESPACE).withName(name).delete();
    }

    /** Adds a pod of a revision whose container waits, and a warning about it. */
    void pod(String revision, String reason, String message) {
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withName(revision + "-pod")
                        .addToLabels(Labels.REVISION, revision)
                        .endMetadata()
                        .withNewStatus()
                        .addNewContainerStatus()
                        .withName("user-container")
                        .withNewState()
                        .withNewWaiting()
                        .withReason(reason)
                        .withMessage(message)
                        .endWaiting()
                        .endState()
                        .endContainerStatus()
                        .endStatus()
                        .build();
        admin.pods().inNamespace(FakeKnative.NAMESPACE).resource(pod).create();
        Event event =
                new EventBuilder()
                        .withNewMetadata()
                        .withName(revision + "-event")
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withName(revision + "-pod")
                        .endInvolvedObject()
                        .withType("Warning")
                        .withReason("Unhealthy")
                        .withMessage("Readiness probe failed")
                        .build();
        admin.v1().events().inNamespace(FakeKnative.NAMESPACE).resource(event).create();
    }

    /** Runs the reconciler until nothing changes. */
    void settle(String name) {
        pass(name, Duration.ofSeconds(1));
    }

    String said() {
        return output.toString(StandardCharsets.UTF_8);
    }

    /** Per cent by revision, as in the spec, including revisions that only have a tag. */
    Map<String, Integer> asked(String name) {
        List<TrafficTarget> asked = knative.service(name).getSpec().getTraffic();
        return asked.isEmpty() ? routed(name) : percents(asked);
    }

    /** Per cent by revision, as routed to users. */
    Map<String, Integer> routed(String name) {
        return percents(knative.service(name).getStatus().getTraffic());
    }

    private static Map<String, Integer> percents(List<TrafficTarget> targets) {
        Map<String, Integer> percents = new TreeMap<>();
        for (TrafficTarget target : targets) {
            int percent = target.getPercent() == null ? 0 : target.getPercent().intValue();
            percents.merge(String.valueOf(target.getRevisionName()), percent, Integer::sum);
        }
        return percents;
    }

    @Override
    public void close() {
        client.close();
        api.close();
        admin.close();
        reliable.close();
    }
}
