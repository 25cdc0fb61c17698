package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.Exit;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Prints the output of a Job until it has ended. */
public final class JobFollower {

    private static final Duration INTERVAL = Duration.ofMillis(500);

    /** How long the API server may be out of reach: as long as for the rollout itself. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** How long a pod may take to start: a new node takes some minutes. */
    private static final Duration START = Duration.ofMinutes(5);

    /** How long to wait if waiting is unlikely to help, as without a right or a quota. */
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(15);

    private final KubernetesClient kubernetes;
    private final Jobs jobs;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final JobOutput output;
    private @Nullable Instant waitingSince;
    private @Nullable Instant unreachableSince;
    private @Nullable Instant endedSince;

    /**
     * @param out receives the output of the Job, and why there is none yet
     */
    public JobFollower(
            KubernetesClient kubernetes, InstantSource clock, Sleeper sleeper, PrintStream out) {
        this.kubernetes = kubernetes;
        this.jobs = new Jobs(kubernetes, sleeper);
        this.clock = clock;
        this.sleeper = sleeper;
        this.output = new JobOutput(kubernetes, out);
    }

    /**
     * Follows a Job.
     *
     * @param mine whether this process created the Job, and removes it if its command cannot start
     */
    public JobResult follow(Job job, boolean mine) throws InterruptedException {
        while (true) {
            try {
                Optional<JobResult> result = observe(job, mine);
                unreachableSince = null;
                if (result.isPresent()) {
                    return result.get();
                }
            } catch (PlatformException e) {
                if (isOutOfReach(e)) {
                    return JobResult.unknown(Exit.LOST, e.problem() + continues(job));
                }
            }
            sleeper.sleep(INTERVAL);
        }
    }

    private boolean isOutOfReach(PlatformException e) {
        Instant now = clock.instant();
        unreachableSince = unreachableSince == null ? now : unreachableSince;
        output.message(e.problem());
        Duration limit = e.permanent() ? SHORT_PATIENCE : PATIENCE;
        return !now.isBefore(unreachableSince.plus(limit));
    }

    private static String continues(Job job) {
        return " The Job %s continues: 'rollout attach %s' follows it."
                .formatted(
                        job.getMetadata().getName(),
                        job.getMetadata().getLabels().get(JobLabels.SERVICE));
    }

    private Optional<JobResult> observe(Job job, boolean mine)
            throws PlatformException, InterruptedException {
        // The Job is read before its pods: if it has ended by now, they have printed everything.
        Job now = jobs.get(job.getMetadata().getNamespace(), job.getMetadata().getName());
        if (now == null || !now.getMetadata().getUid().equals(job.getMetadata().getUid())) {
            return Optional.of(
                    JobResult.unknown(
                            Exit.LOST,
                            "Somebody removed the Job %s. What it did stays: see 'rollout status'."
                                    .formatted(job.getMetadata().getName())));
        }
        List<Pod> pods = JobPods.list(kubernetes, now);
        Optional<ContainerStateTerminated> ended = Optional.empty();
        for (Pod pod : pods) {
            ended = output.print(pod);
        }
        if (ended.isPresent() && JobPods.isVerdict(ended.get()) && isSettled(now)) {
            return Optional.of(JobResult.of(ended.get().getExitCode()));
        }
        if (Jobs.isOver(now)) {
            return Optional.of(JobResult.of(now));
        }
        return output.hasStarted() ? Optional.empty() : notStarted(now, pods, mine);
    }

    /**
     * Whether the status of the Job shows that its pod has ended. Before that, whoever submits the
     * same command again would find the Job under way.
     */
    private boolean isSettled(Job job) {
        Instant now = clock.instant();
        endedSince = endedSince == null ? now : endedSince;
        return Jobs.isOver(job) || !now.isBefore(endedSince.plus(SHORT_PATIENCE));
    }

    private Optional<JobResult> notStarted(Job job, List<Pod> pods, boolean mine)
            throws PlatformException {
        Optional<StartFailure> failure = StartFailure.of(kubernetes, job, pods);
        Instant now = clock.instant();
        if (failure.isEmpty()) {
            waitingSince = null;
            output.message("The Job " + job.getMetadata().getName() + " starts.");
            return Optional.empty();
        }
        waitingSince = waitingSince == null ? now : waitingSince;
        output.message(failure.get().message());
        Duration limit = failure.get().permanent() ? SHORT_PATIENCE : START;
        if (!mine || now.isBefore(waitingSince.plus(limit))) {
            return Optional.empty();
        }
        jobs.remove(job);
        return Optional.of(
                JobResult.unknown(
                        Exit.REFUSED,
                        failure.get().message()
                                + " The Job was removed, and nothing was changed."));
    }
}
