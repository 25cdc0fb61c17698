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

/** A cluster whose reconciler runs by itself, for clients that treat it as a real one. */
public final class LiveCluster implements AutoCloseable {

    private static final String SERVICE = "onnx-function";

    private final TestCluster cluster = new TestCluster();
    private volatile @Nullable FakeJobs jobs;
    private final ScheduledExecutorService reconciler =
            Executors.newSingleThreadScheduledExecutor();

    /** Starts to reconcile. */
    public LiveCluster() throws IOException {
        var _ = reconciler.scheduleWithFixedDelay(this::reconcile, 0, 50, TimeUnit.MILLISECONDS);
    }

    /** From now on, this program runs the Jobs; their files are in this folder. */
    public FakeJobs runJobs(Path folder, FakeJobs.Program program) {
        FakeJobs made = cluster.jobs(folder, program);
        jobs = made;
        return made;
    }

    /** All Jobs. */
    public List<Job> jobs() {
        return cluster.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(FakeKnative.NAMESPACE)
                .list()
                .getItems();
    }

    /** All ConfigMaps. */
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
            // Like a real reconciler, it retries after a conflict with other writers.
        }
    }

    /** The address of the API server. */
    public String address() {
        return cluster.api.address().toString();
    }

    /** Per cent by revision, as routed to users. */
    public Map<String, Integer> routed(String service) {
        return cluster.routed(service);
    }

    /** Whether the Service exists. */
    public boolean exists(String service) {
        return cluster.knative.exists(service);
    }

    /** Number of writes through the API, except by the reconciler. */
    public int writes() {
        return cluster.api.written().size();
    }

    /** Number of calls of the API, except by the reconciler. */
    public int calls() {
        return cluster.api.calls().size();
    }

    /** The value of a setting of a revision. */
    public long concurrency(String revision) {
        return cluster.knative.revision(revision).getSpec().getContainerConcurrency();
    }

    /** Removes the label that makes the Service private. */
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
