package dev.onnxfunction.rollout.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * As much of the Job controller and of a kubelet as a client can observe: pods are created, run the
 * command, and are replaced by the Job's own policy.
 */
public final class FakeJobs implements AutoCloseable {

    /** The command of a pod. */
    @FunctionalInterface
    public interface Program {

        /**
         * Runs it.
         *
         * @param arguments with the paths of the files on this machine
         * @param environment without the variables whose values come from Secrets
         * @return the exit code
         */
        int run(List<String> arguments, Map<String, String> environment, PrintStream out)
                throws InterruptedException;
    }

    private final KubernetesClient kubernetes;
    private final Path folder;
    private final Program program;
    private final Map<String, List<String>> logs = new ConcurrentHashMap<>();
    private final Map<String, Integer> ended = new ConcurrentHashMap<>();
    private final Map<String, String> started = new ConcurrentHashMap<>();
    private final Map<String, Integer> pods = new HashMap<>();
    private final ExecutorService kubelet = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable String refusal;
    private @Nullable String pullFailure;
    private long stamp;

    FakeJobs(KubernetesClient kubernetes, Path folder, Program program) {
        this.kubernetes = kubernetes;
        this.folder = folder;
        this.program = program;
    }

    /** From now on no pod can be created, for this reason. */
    public void refuse(String reason) {
        refusal = reason;
    }

    /** From now on there is no image. */
    public void refuseImages(String reason) {
        pullFailure = reason;
    }

    /** Waits until no command of a pod runs. */
    void awaitPods() {
        while (started.size() > ended.size()) {
            Thread.onSpinWait();
        }
    }

    /** How many pods there were. */
    public int podsStarted() {
        return started.size();
    }

    /** The output of a pod from the second of this time on, with the kubelet's timestamps. */
    String log(String pod, Instant since) {
        StringBuilder log = new StringBuilder();
        for (String line : logs.getOrDefault(pod, List.of())) {
            if (!Instant.parse(line.substring(0, line.indexOf(' '))).isBefore(since)) {
                log.append(line).append('\n');
            }
        }
        return log.toString();
    }

    /** Reconciles the objects with their specs. */
    void reconcile() {
        for (Job job : jobs()) {
            if (job.getStatus() == null || job.getStatus().getConditions().isEmpty()) {
                reconcile(job);
            }
        }
    }

    private List<Job> jobs() {
        return kubernetes.batch().v1().jobs().inNamespace(FakeKnative.NAMESPACE).list().getItems();
    }

    private void reconcile(Job job) {
        String uid = job.getMetadata().getUid();
        String pod = started.get(uid + "/" + pods.getOrDefault(uid, 0));
        Integer code = pod == null ? null : ended.get(pod);
        if (pod == null) {
            begin(job);
        } else if (code != null) {
            finish(job, pod, code);
        }
    }

    private void begin(Job job) {
        if (refusal != null) {
            event(job, refusal);
            return;
        }
        String uid = job.getMetadata().getUid();
        int number = pods.getOrDefault(uid, 0);
        String name = job.getMetadata().getName() + "-" + started.size();
        if (pullFailure != null) {
            if (kubernetes.pods().inNamespace(FakeKnative.NAMESPACE).withName(name).get() == null) {
                create(
                        job,
                        name,
                        new ContainerStateBuilder()
                                .withNewWaiting(pullFailure, "ImagePullBackOff")
                                .build());
            }
            return;
        }
        @Nullable Path files = files(job);
        if (files == null) {
            return; // Like a real kubelet, it waits for the ConfigMap.
        }
        create(job, name, new ContainerStateBuilder().withNewRunning().endRunning().build());
        started.put(uid + "/" + number, name);
        var _ = kubelet.submit(() -> run(job, name, files));
    }

    private void run(Job job, String pod, Path files) {
        var container = job.getSpec().getTemplate().getSpec().getContainers().getFirst();
        List<String> arguments =
                container.getArgs().stream()
                        .map(each -> each.replace("=/files/", "=" + files + "/"))
                        .toList();
        Map<String, String> environment = new HashMap<>();
        for (EnvVar variable : container.getEnv()) {
            if (variable.getValue() != null) {
                environment.put(variable.getName(), variable.getValue());
            }
        }
        int code;
        try (PrintStream out = new PrintStream(new Lines(pod), true, StandardCharsets.UTF_8)) {
            code = program.run(arguments, environment, out);
        } catch (InterruptedException e) {
            code = 137;
        }
        ended.put(pod, code);
    }

    /** Stamps each line. */
    private final class Lines extends ByteArrayOutputStream {

        private final String pod;

        private Lines(String pod) {
            this.pod = pod;
            logs.put(pod, new ArrayList<>());
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            String text = toString(StandardCharsets.UTF_8);
            int end = text.lastIndexOf('\n');
            if (end >= 0) {
                text.substring(0, end).lines().forEach(line -> logged(pod, line));
                reset();
                byte[] rest = text.substring(end + 1).getBytes(StandardCharsets.UTF_8);
                super.write(rest, 0, rest.length);
            }
        }
    }

    /** Many lines in the same second, and some with the same timestamp. */
    private synchronized void logged(String pod, String line) {
        stamp++;
        Instant time =
                Instant.now()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .plusNanos(stamp / 2 * 1000 % 1_000_000_000);
        List<String> lines = new ArrayList<>(logs.getOrDefault(pod, List.of()));
        String last = lines.isEmpty() ? "" : lines.getLast();
        String stamped = time + " " + line;
        if (stamped.compareTo(last) < 0) {
            stamped = last.substring(0, last.indexOf(' ') + 1) + line;
        }
        lines.add(stamped);
        logs.put(pod, lines);
    }

    /** Writes the files of its ConfigMap; null while there is none. */
    private @Nullable Path files(Job job) {
        for (Volume volume : job.getSpec().getTemplate().getSpec().getVolumes()) {
            if (volume.getConfigMap() != null) {
                ConfigMap map =
                        kubernetes
                                .configMaps()
                                .inNamespace(FakeKnative.NAMESPACE)
                                .withName(volume.getConfigMap().getName())
                                .get();
                return map == null ? null : write(map);
            }
        }
        return folder;
    }

    private Path write(ConfigMap map) {
        try {
            Path files = Files.createTempDirectory(folder, "files");
            for (Map.Entry<String, String> file : map.getBinaryData().entrySet()) {
                Files.write(
                        files.resolve(file.getKey()), Base64.getDecoder().decode(file.getValue()));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void finish(Job job, String pod, int code) {
        kubernetes
                .pods()
                .inNamespace(FakeKnative.NAMESPACE)
                .withName(pod)
                .editStatus(
                        each ->
                                with(
                                        each,
                                        new ContainerStateBuilder()
                                                .withNewTerminated()
                                                .withExitCode(code)
                                                .endTerminated()
                                                .build()));
        boolean verdict =
                job.getSpec().getPodFailurePolicy().getRules().stream()
                        .anyMatch(
                                rule ->
                                        rule.getOnExitCodes() != null
                                                && rule.getOnExitCodes()
                                                        .getValues()
                                                        .contains(code));
        String uid = job.getMetadata().getUid();
        int number = pods.getOrDefault(uid, 0);
        if (code == 0) {
            end(job, "Complete", "CompletionsReached", "");
        } else if (verdict) {
            end(job, "Failed", "PodFailurePolicy", "Container failed with exit code " + code);
        } else if (number == job.getSpec().getBackoffLimit()) {
            end(job, "Failed", "BackoffLimitExceeded", "Job has reached its limit");
        } else {
            pods.put(uid, number + 1);
        }
    }

    private void end(Job job, String type, String reason, String message) {
        Job over =
                new JobBuilder(job)
                        .withNewStatus()
                        .addNewCondition()
                        .withType(type)
                        .withStatus("True")
                        .withReason(reason)
                        .withMessage(message)
                        .endCondition()
                        .endStatus()
                        .build();
        if (jobs().stream().anyMatch(each -> isSame(each, job))) {
            kubernetes
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(FakeKnative.NAMESPACE)
                    .resource(over)
                    .updateStatus();
        }
    }

    private static boolean isSame(Job one, Job other) {
        return one.getMetadata().getUid().equals(other.getMetadata().getUid());
    }

    private void event(Job job, String message) {
        String name = job.getMetadata().getName() + "-refused";
        if (kubernetes.v1().events().inNamespace(FakeKnative.NAMESPACE).withName(name).get()
                == null) {
            kubernetes
                    .v1()
                    .events()
                    .inNamespace(FakeKnative.NAMESPACE)
                    .resource(
                            new EventBuilder()
                                    .withNewMetadata()
                                    .withName(name)
                                    .endMetadata()
                                    .withNewInvolvedObject()
                                    .withUid(job.getMetadata().getUid())
                                    .endInvolvedObject()
                                    .withType("Warning")
                                    .withReason("FailedCreate")
                                    .withMessage(message)
                                    .build())
                    .create();
        }
    }

    private void create(Job job, String name, ContainerState state) {
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(FakeKnative.NAMESPACE)
                        .addToLabels(job.getSpec().getTemplate().getMetadata().getLabels())
                        .addToLabels(
                                "batch.kubernetes.io/controller-uid", job.getMetadata().getUid())
                        .endMetadata()
                        .withSpec(job.getSpec().getTemplate().getSpec())
                        .build();
        kubernetes.pods().inNamespace(FakeKnative.NAMESPACE).resource(with(pod, state)).create();
    }

    private static Pod with(Pod pod, ContainerState state) {
        return new PodBuilder(pod)
                .withNewStatus()
                .addNewContainerStatus()
                .withName("rollout")
                .withState(state)
                .endContainerStatus()
                .endStatus()
                .build();
    }

    @Override
    public void close() {
        kubelet.shutdownNow();
    }
}
