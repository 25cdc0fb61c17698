package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.cluster.ApiCalls;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.Exit;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prints what a Job prints, until it has ended. */
public final class JobFollower {

    /** In the message of a Job whose pod ended with a verdict. */
    private static final Pattern EXIT_CODE = Pattern.compile("exit code (\\d{1,3})");

    private static final Duration SOON = Duration.ofMillis(500);

    /** How long the API server may be out of reach: as long as for the rollout itself. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** A new node takes some minutes. */
    private static final Duration START = Duration.ofMinutes(5);

    /** Of a pod that may not be made: nothing but a change of the namespace helps. */
    private static final Duration REFUSED = Duration.ofSeconds(15);

    private final KubernetesClient kubernetes;
    private final Jobs jobs;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final PrintStream out;
    private final List<PodLog> logs = new ArrayList<>();
    private final List<String> finished = new ArrayList<>();
    private String said = "";
    private @Nullable Instant waitingSince;
    private @Nullable Instant unreachableSince;
    private @Nullable Instant endedSince;

    /**
     * @param out for the lines of the Job, and why it has none yet
     */
    public JobFollower(
            KubernetesClient kubernetes, InstantSource clock, Sleeper sleeper, PrintStream out) {
        this.kubernetes = kubernetes;
        this.jobs = new Jobs(kubernetes, sleeper);
        this.clock = clock;
        this.sleeper = sleeper;
        this.out = out;
    }

    /**
     * How it ended.
     *
     * @param code the command's exit code
     * @param exit why nobody knows that of the command; the code is that of this, then
     * @param message what else there is to say; empty if the command has said all
     */
    public record End(int code, Exit exit, String message) {

        static End of(int code) {
            return new End(code, Exit.DONE, "");
        }

        static End because(Exit exit, String message) {
            return new End(exit.code(), exit, message);
        }
    }

    /**
     * Follows a Job.
     *
     * @param mine whether to remove the Job if its command cannot start: whoever made it does
     */
    public End follow(Job job, boolean mine) throws InterruptedException {
        while (true) {
            try {
                Optional<End> end = look(job, mine);
                unreachableSince = null;
                if (end.isPresent()) {
                    return end.get();
                }
            } catch (PlatformException e) {
                if (isOutOfReach(e)) {
                    return End.because(Exit.LOST, e.problem() + goesOn(job));
                }
            }
            sleeper.sleep(SOON);
        }
    }

    private boolean isOutOfReach(PlatformException e) {
        Instant now = clock.instant();
        unreachableSince = unreachableSince == null ? now : unreachableSince;
        say(e.problem());
        Duration limit = e.permanent() ? REFUSED : PATIENCE;
        return !now.isBefore(unreachableSince.plus(limit));
    }

    private static String goesOn(Job job) {
        return " The Job %s goes on: 'rollout attach %s' follows it."
                .formatted(
                        job.getMetadata().getName(),
                        job.getMetadata().getLabels().get(JobManifest.SERVICE_LABEL));
    }

    private Optional<End> look(Job job, boolean mine)
            throws PlatformException, InterruptedException {
        // Before the pods: what has ended by now has printed everything.
        Job now = jobs.get(job.getMetadata().getNamespace(), job.getMetadata().getName());
        if (now == null || !now.getMetadata().getUid().equals(job.getMetadata().getUid())) {
            return Optional.of(
                    End.because(
                            Exit.LOST,
                            "Somebody removed the Job %s. What it did stays: see 'rollout status'."
                                    .formatted(job.getMetadata().getName())));
        }
        List<Pod> pods = pods(now);
        Optional<ContainerStateTerminated> ended = Optional.empty();
        for (Pod pod : pods) {
            ended = read(pod);
        }
        if (ended.isPresent() && isVerdict(ended.get()) && isSettled(now)) {
            return Optional.of(End.of(ended.get().getExitCode()));
        }
        if (Jobs.isOver(now)) {
            return Optional.of(over(now));
        }
        return logs.isEmpty() && finished.isEmpty()
                ? notStarted(now, pods, mine)
                : Optional.empty();
    }

    /**
     * Whether the Job knows by now that its pod has ended: else whoever submits the same at once
     * would find it under way.
     */
    private boolean isSettled(Job job) {
        Instant now = clock.instant();
        endedSince = endedSince == null ? now : endedSince;
        return Jobs.isOver(job) || !now.isBefore(endedSince.plus(REFUSED));
    }

    private List<Pod> pods(Job job) throws PlatformException {
        return ApiCalls.call(
                        () ->
                                kubernetes
                                        .pods()
                                        .inNamespace(job.getMetadata().getNamespace())
                                        .withLabel(
                                                "batch.kubernetes.io/controller-uid",
                                                job.getMetadata().getUid())
                                        .list()
                                        .getItems())
                .stream()
                .sorted(
                        Comparator.comparing(
                                pod -> pod.getMetadata().getCreationTimestamp(),
                                Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
    }

    /** Prints what is new in a pod; how it ended, if it has. */
    private Optional<ContainerStateTerminated> read(Pod pod) throws PlatformException {
        Optional<ContainerStatus> status = status(pod);
        if (status.isEmpty()) {
            return Optional.empty();
        }
        Optional<ContainerStateTerminated> ended =
                Optional.ofNullable(status.get().getState().getTerminated());
        boolean started = ended.isPresent() || status.get().getState().getRunning() != null;
        String name = pod.getMetadata().getName();
        if (started && !finished.contains(name)) {
            print(log(pod));
            if (ended.isPresent()) {
                finished.add(name);
                if (!isVerdict(ended.get())) {
                    out.println(
                            "Pod %s ended with %d: another one resumes."
                                    .formatted(name, ended.get().getExitCode()));
                }
            }
        }
        return ended;
    }

    private void print(PodLog log) throws PlatformException {
        try {
            log.next().forEach(out::println);
        } catch (KubernetesClientException e) {
            throw ApiCalls.exception(e);
        }
    }

    private PodLog log(Pod pod) {
        for (PodLog log : logs) {
            if (log.pod().equals(pod.getMetadata().getName())) {
                return log;
            }
        }
        PodLog log = new PodLog(kubernetes, pod);
        logs.add(log);
        return log;
    }

    private static Optional<ContainerStatus> status(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getContainerStatuses().stream()
                        .filter(status -> status.getName().equals(JobManifest.CONTAINER))
                        .filter(status -> status.getState() != null)
                        .findFirst();
    }

    private static boolean isVerdict(ContainerStateTerminated ended) {
        int code = ended.getExitCode();
        return code == 0 || code == 2 || JobManifest.VERDICTS.contains(code);
    }

    /** Without a pod to ask, the Job itself says how it ended. */
    private static End over(Job job) {
        if (Jobs.isTrue(job, "Complete")) {
            return End.of(Exit.DONE.code());
        }
        String why =
                job.getStatus().getConditions().stream()
                        .filter(condition -> "Failed".equals(condition.getType()))
                        .map(JobFollower::say)
                        .findFirst()
                        .orElse("");
        Matcher code = EXIT_CODE.matcher(why);
        if (why.startsWith("PodFailurePolicy") && code.find()) {
            return End.of(Integer.parseInt(code.group(1)));
        }
        return End.because(
                Exit.LOST,
                "The Job %s was given up: %s The traffic is as it was: see 'rollout status', then submit the same again, or run 'rollout abort'."
                        .formatted(job.getMetadata().getName(), why));
    }

    private static String say(JobCondition condition) {
        return condition.getReason() + ", " + condition.getMessage() + ".";
    }

    private Optional<End> notStarted(Job job, List<Pod> pods, boolean mine)
            throws PlatformException {
        Optional<StartFailure> why = StartFailure.of(kubernetes, job, pods);
        Instant now = clock.instant();
        if (why.isEmpty()) {
            waitingSince = null;
            say("The Job " + job.getMetadata().getName() + " starts.");
            return Optional.empty();
        }
        waitingSince = waitingSince == null ? now : waitingSince;
        say(why.get().message());
        Duration limit = why.get().permanent() ? REFUSED : START;
        if (!mine || now.isBefore(waitingSince.plus(limit))) {
            return Optional.empty();
        }
        jobs.remove(job);
        return Optional.of(
                End.because(
                        Exit.REFUSED,
                        why.get().message() + " The Job was removed, and nothing was changed."));
    }

    private void say(String what) {
        if (!what.equals(said)) {
            out.println(what);
        }
        said = what;
    }
}
