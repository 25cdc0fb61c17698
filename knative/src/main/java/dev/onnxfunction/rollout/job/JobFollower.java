package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.Exit;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.io.PrintStream;
import java.time.Duration;
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
    private final Sleeper sleeper;
    private final JobOutput output;
    private final StateTimer waiting;
    private final StateTimer unreachable;
    private final StateTimer ended;

    /**
     * @param out receives the output of the Job, and why there is none yet
     */
    public JobFollower(
            KubernetesClient kubernetes, InstantSource clock, Sleeper sleeper, PrintStream out) {
        this.kubernetes = kubernetes;
        this.jobs = new Jobs(kubernetes, sleeper);
        this.sleeper = sleeper;
        this.output = new JobOutput(kubernetes, out);
        this.waiting = new StateTimer(clock);
        this.unreachable = new StateTimer(clock);
        this.ended = new StateTimer(clock);
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
                unreachable.reset();
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
        output.message(e.problem());
        return unreachable.hasLasted(e.permanent() ? SHORT_PATIENCE : PATIENCE);
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
        Optional<ContainerStateTerminated> end = Optional.empty();
        for (Pod pod : pods) {
            end = output.print(pod);
        }
        if (end.isPresent() && JobPods.isVerdict(end.get()) && isSettled(now)) {
            return Optional.of(JobResult.of(end.get().getExitCode()));
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
        return Jobs.isOver(job) || ended.hasLasted(SHORT_PATIENCE);
    }

    private Optional<JobResult> notStarted(Job job, List<Pod> pods, boolean mine)
            throws PlatformException {
        Optional<StartFailure> failure = StartFailure.of(kubernetes, job, pods);
        if (failure.isEmpty()) {
            waiting.reset();
            output.message("The Job " + job.getMetadata().getName() + " starts.");
            return Optional.empty();
        }
        output.message(failure.get().message());
        boolean isTooLong = waiting.hasLasted(failure.get().permanent() ? SHORT_PATIENCE : START);
        if (!mine || !isTooLong) {
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
