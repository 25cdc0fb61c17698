package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.engine.Exit;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRuleBuilder;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The objects of an {@link JobRequest}. */
final class JobManifest {

    /** The ServiceAccount, which has the Role of knative/access. */
    static final String ACCOUNT = "rollout";

    static final String CONTAINER = "rollout";
    static final String SERVICE_LABEL = "rollout.onnxfunction.dev/service";

    /** Exit codes with which the command is finished, so that no other pod resumes it. */
    static final List<Integer> VERDICTS =
            Stream.of(
                            Exit.REFUSED,
                            Exit.RETURNED,
                            Exit.OVERRULED,
                            Exit.LIVE_FAILED,
                            Exit.INTERRUPTED)
                    .map(Exit::code)
                    .toList();

    private static final int WRONG_COMMAND_LINE = 2;

    /** Some ten minutes of new attempts, as Kubernetes waits longer after each. */
    private static final int RESTARTS = 6;

    private static final long USER = 65_532;
    private static final long SECONDS_TO_STOP = 10;

    /** Time after which Kubernetes ends a command that does not end by itself. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final Duration AFTER_LIMIT = Duration.ofMinutes(10);

    /** How long the Job and its log stay: over a weekend. */
    private static final Duration KEPT = Duration.ofDays(3);

    private JobManifest() {}

    static Job job(JobRequest order) {
        Map<String, String> labels = labels(order.service());
        return new JobBuilder()
                .withNewMetadata()
                .withName(order.name())
                .withNamespace(order.namespace())
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withBackoffLimit(RESTARTS)
                .withActiveDeadlineSeconds(longest(order).toSeconds())
                .withTtlSecondsAfterFinished(Math.toIntExact(KEPT.toSeconds()))
                .withPodReplacementPolicy("Failed")
                .withNewPodFailurePolicy()
                .withRules(disruption(), verdict())
                .endPodFailurePolicy()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withServiceAccountName(ACCOUNT)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(SECONDS_TO_STOP)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(container(order))
                .withVolumes(volumes(order))
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    static Map<String, String> labels(String service) {
        return Map.of("app.kubernetes.io/name", "rollout", SERVICE_LABEL, service);
    }

    private static Duration longest(JobRequest order) {
        return order.limit() == null ? LONGEST : order.limit().plus(AFTER_LIMIT);
    }

    /** A node that is drained, or a pod that is evicted, is no failure of the command. */
    private static PodFailurePolicyRule disruption() {
        return new PodFailurePolicyRuleBuilder()
                .withAction("Ignore")
                .addNewOnPodCondition()
                .withType("DisruptionTarget")
                .withStatus("True")
                .endOnPodCondition()
                .build();
    }

    private static PodFailurePolicyRule verdict() {
        List<Integer> codes = new ArrayList<>(VERDICTS);
        codes.addFirst(WRONG_COMMAND_LINE);
        return new PodFailurePolicyRuleBuilder()
                .withAction("FailJob")
                .withNewOnExitCodes()
                .withContainerName(CONTAINER)
                .withOperator("In")
                .withValues(codes)
                .endOnExitCodes()
                .build();
    }

    private static Container container(JobRequest order) {
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(order.image())
                .withArgs(order.arguments())
                .addNewEnv()
                .withName(JobContext.ID)
                .withValue(order.own().id())
                .endEnv()
                .addNewEnv()
                .withName(JobContext.BEGUN)
                .withValue(order.own().begun().toString())
                .endEnv()
                .addNewEnv()
                .withName(JobContext.KEYS)
                .withValue(order.own().keys().toString())
                .endEnv()
                .addNewEnv()
                .withName("ROLLOUT_KEY")
                .withNewValueFrom()
                .withNewSecretKeyRef("rollout", order.service() + "-rollout-key", true)
                .endValueFrom()
                .endEnv()
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("256Mi")))
                .withLimits(Map.of("memory", new Quantity("256Mi")))
                .endResources()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .addToDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withVolumeMounts(mounts(order))
                .build();
    }

    private static List<VolumeMount> mounts(JobRequest order) {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(mount("keys", order.own().keys().toString()));
        if (!order.files().isEmpty()) {
            mounts.add(mount("files", JobRequest.path("")));
        }
        if (order.claim() != null) {
            mounts.add(mount("volume", JobRequest.VOLUME));
        }
        return mounts;
    }

    private static VolumeMount mount(String name, String path) {
        return new VolumeMountBuilder()
                .withName(name)
                .withMountPath(path)
                .withReadOnly(true)
                .build();
    }

    private static List<Volume> volumes(JobRequest order) {
        List<Volume> volumes = new ArrayList<>();
        volumes.add(
                new VolumeBuilder()
                        .withName("keys")
                        .withNewSecret()
                        .withSecretName(order.service() + "-keys")
                        .withOptional(true)
                        .endSecret()
                        .build());
        if (!order.files().isEmpty()) {
            volumes.add(
                    new VolumeBuilder()
                            .withName("files")
                            .withNewConfigMap()
                            .withName(filesName(order))
                            .endConfigMap()
                            .build());
        }
        if (order.claim() != null) {
            volumes.add(
                    new VolumeBuilder()
                            .withName("volume")
                            .withNewPersistentVolumeClaim(order.claim(), true)
                            .build());
        }
        return volumes;
    }

    /** Of this Job and no other of the same name, whose files may not be removed yet. */
    private static String filesName(JobRequest order) {
        return order.name() + "-" + order.own().id();
    }

    /**
     * The files of a Job, which go when it goes.
     *
     * @param job as the API server has it
     */
    static ConfigMap files(JobRequest order, Job job) {
        Map<String, String> encoded = new HashMap<>();
        order.files()
                .forEach(
                        (name, content) ->
                                encoded.put(name, Base64.getEncoder().encodeToString(content)));
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(filesOf(job))
                .withNamespace(order.namespace())
                .withLabels(labels(order.service()))
                .addNewOwnerReference()
                .withApiVersion("batch/v1")
                .withKind("Job")
                .withName(job.getMetadata().getName())
                .withUid(job.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .withImmutable(true)
                .withBinaryData(encoded)
                .build();
    }

    private static String filesOf(Job job) {
        return job.getSpec().getTemplate().getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals("files"))
                .findFirst()
                .orElseThrow()
                .getConfigMap()
                .getName();
    }
}
