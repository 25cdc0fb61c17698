package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.cluster.ApiCalls;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.drive.Sleeper;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import org.jspecify.annotations.Nullable;

import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/** The Jobs of a namespace. */
public final class Jobs {

    /** The order of Jobs, or of their pods. */
    static final Comparator<HasMetadata> OLDEST_FIRST =
            Comparator.comparing(
                    each -> each.getMetadata().getCreationTimestamp(),
                    Comparator.nullsFirst(Comparator.naturalOrder()));

    private static final Duration SOON = Duration.ofSeconds(1);

    /** Attempts to create a Job while one that is being deleted has its name. */
    private static final int TRIES = 30;

    private final KubernetesClient kubernetes;
    private final Sleeper sleeper;

    /**
     * @param sleeper waits for the deletion of a Job of the same name
     */
    public Jobs(KubernetesClient kubernetes, Sleeper sleeper) {
        this.kubernetes = kubernetes;
        this.sleeper = sleeper;
    }

    /**
     * A submitted Job.
     *
     * @param job as the API server has it
     * @param isNew whether this call created it; otherwise the same command was already under way
     */
    public record Submitted(Job job, boolean isNew) {}

    /**
     * Creates a Job and its files, unless the same Job is under way. A finished Job of the same
     * name is deleted first. If the files cannot be created, the Job is deleted, too.
     */
    public Submitted submit(JobRequest request) throws PlatformException, InterruptedException {
        Job wanted = JobManifest.of(request);
        for (int i = 0; i < TRIES; i++) {
            Optional<Job> made = create(wanted);
            if (made.isPresent()) {
                return new Submitted(withFiles(request, made.get(), true), true);
            }
            Job other = get(request.namespace(), request.name());
            if (other == null) {
                continue;
            }
            if (!isOver(other) && other.getMetadata().getDeletionTimestamp() == null) {
                return new Submitted(withFiles(request, other, false), false);
            }
            remove(other);
            sleeper.sleep(SOON);
        }
        throw new PlatformException(
                "The Job %s still exists after it was deleted. See 'kubectl describe job %s --namespace=%s'."
                        .formatted(request.name(), request.name(), request.namespace()),
                true,
                null);
    }

    private static Job whole(@Nullable Job job) throws PlatformException {
        if (job == null || job.getSpec() == null || job.getMetadata() == null) {
            throw ApiCalls.foreign("the Job");
        }
        return job;
    }

    private Optional<Job> create(Job wanted) throws PlatformException {
        try {
            return Optional.of(whole(kubernetes.batch().v1().jobs().resource(wanted).create()));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return Optional.empty();
            }
            throw ApiCalls.exception(e);
        }
    }

    /**
     * Creates the files of an existing Job, too, because whoever submitted it may have been killed
     * before that.
     */
    private Job withFiles(JobRequest request, Job job, boolean isNew) throws PlatformException {
        if (request.files().isEmpty()) {
            return job;
        }
        try {
            kubernetes.configMaps().resource(JobFiles.configMap(request, job)).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                if (isNew) {
                    remove(job);
                }
                throw ApiCalls.exception(e);
            }
        }
        return job;
    }

    /** A Job; null if there is none of that name. */
    @Nullable Job get(String namespace, String name) throws PlatformException {
        Job job =
                ApiCalls.call(
                        kubernetes,
                        () ->
                                kubernetes
                                        .batch()
                                        .v1()
                                        .jobs()
                                        .inNamespace(namespace)
                                        .withName(name)
                                        .get());
        return job == null ? null : whole(job);
    }

    /** The Job of a Service that was submitted last, running or finished. */
    public Optional<Job> newest(String namespace, String service) throws PlatformException {
        return ApiCalls.call(
                        kubernetes,
                        () ->
                                kubernetes
                                        .batch()
                                        .v1()
                                        .jobs()
                                        .inNamespace(namespace)
                                        .withLabel(JobLabels.SERVICE, service)
                                        .list()
                                        .getItems())
                .stream()
                .max(OLDEST_FIRST);
    }

    /**
     * Removes a Job with its pods and files, which is the client's default, unless it has changed.
     */
    void remove(Job job) throws PlatformException {
        ApiCalls.call(
                kubernetes,
                () -> kubernetes.batch().v1().jobs().resource(job).lockResourceVersion().delete());
    }

    /** Whether it has ended, well or not. */
    static boolean isOver(Job job) {
        return isTrue(job, "Complete") || isTrue(job, "Failed");
    }

    static boolean isTrue(Job job, String type) {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(
                                condition ->
                                        type.equals(condition.getType())
                                                && "True".equals(condition.getStatus()));
    }
}
