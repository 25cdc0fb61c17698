package dev.onnxfunction.rollout.cluster;

import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.batch.v1.Job;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A cluster whose reconciler runs by itself, for those who talk to it as to a real one. */
public final class LiveCluster implements AutoCloseable {

    private static final String SERVICE = "onnx-function";

    private final TestCluster cluster = new TestCluster();
    private volatile @Nullable FakeJobs jobs;
    private final ScheduledExecutorService reconciler =
            Executors.newSingleThreadScheduledExecutor();

    /** Begins to reconcile. */
    public LiveCluster() throws IOException {
        reconciler.scheduleWithFixedDelay(this::reconcile, 0, 50, TimeUnit.MILLISECONDS);
    }

    /** From now on, Jobs are run by this program, whose files are in this folder. */
    public FakeJobs runJobs(Path folder, FakeJobs.Program program) {
        FakeJobs made = cluster.jobs(folder, program);
        jobs = made;
        return made;
    }

    /** The Jobs that there are. */
    public List<Job> jobs() {
        return cluster.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(FakeKnative.NAMESPACE)
                .list()
                .getItems();
    }

    /** The ConfigMaps that there are. */
    public List<ConfigMap> configMaps() {
        return cluster.client().configMaps().inNamespace(FakeKnative.NAMESPACE).list().getItems();
    }

    private void reconcile() {
        try {
            FakeJobs running = jobs;
            if (running != null) {
                running.reconcile();
            }
            cluster.knative.reconcile(SERVICE);
        } catch (io.fabric8.kubernetes.client.KubernetesClientException e) {
            // Like a real one, it loses against other writers and tries again.
        }
    }

    /** Where the API server is. */
    public String address() {
        return cluster.api.address().toString();
    }

    /** Per cent by revision as users get it. */
    public Map<String, Integer> routed(String service) {
        return cluster.routed(service);
    }

    /** Whether there is such a Service. */
    public boolean exists(String service) {
        return cluster.knative.exists(service);
    }

    /** How often something was written through the API, but by the reconciler. */
    public int writes() {
        return cluster.api.written().size();
    }

    /** How often the API was called, but by the reconciler. */
    public int calls() {
        return cluster.api.calls().size();
    }

    /** The setting of a revision. */
    public long concurrency(String revision) {
        return cluster.knative.revision(revision).getSpec().getContainerConcurrency();
    }

    /** Takes the label away that keeps it private. */
    public void makePublic(String service) {
        cluster.knative.edit(
                service,
                each -> {
                    Service edited = each;
                    edited.getMetadata().getLabels().remove(Labels.VISIBILITY);
                    return edited;
                });
    }

    @Override
    public void close() {
        reconciler.shutdownNow();
        FakeJobs running = jobs;
        if (running != null) {
            running.close();
        }
        cluster.close();
    }
}
