package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.engine.Exit;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRuleBuilder;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The Job of a {@link JobRequest}. */
final class JobManifest {

    /** The ServiceAccount, which has the Role of knative/access. */
    static final String ACCOUNT = "rollout";

    private static final int WRONG_COMMAND_LINE = 2;

    /** Exit codes of a command that failed and is finished, so that no other pod resumes it. */
    private static final List<Integer> VERDICTS =
            Stream.concat(
                            Stream.of(WRONG_COMMAND_LINE),
                            Stream.of(
                                            Exit.REFUSED,
                                            Exit.RETURNED,
                                            Exit.OVERRULED,
                                            Exit.LIVE_FAILED,
                                            Exit.INTERRUPTED)
                                    .map(Exit::code))
                    .toList();

    /** About ten minutes of retries, because Kubernetes waits longer before each one. */
    private static final int RESTARTS = 6;

    private static final long USER = 65_532;
    private static final long SECONDS_TO_STOP = 10;

    /** Time after which Kubernetes ends a command that does not end by itself. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final Duration AFTER_LIMIT = Duration.ofMinutes(10);

    /** How long a finished Job and its log are kept: over a weekend. */
    private static final Duration KEPT = Duration.ofDays(3);

    private JobManifest() {}

    static Job of(JobRequest request) {
        Map<String, String> labels = JobLabels.of(request.service());
        return new JobBuilder()
                .withNewMetadata()
                .withName(request.name())
                .withNamespace(request.namespace())
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withBackoffLimit(RESTARTS)
                .withActiveDeadlineSeconds(longest(request).toSeconds())
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
                .withContainers(JobContainer.container(request))
                .withVolumes(JobContainer.volumes(request))
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    /** Whether a command that ended with this code is finished, so that no other pod resumes it. */
    static boolean isVerdict(int code) {
        return code == Exit.DONE.code() || VERDICTS.contains(code);
    }

    private static Duration longest(JobRequest request) {
        return request.limit() == null ? LONGEST : request.limit().plus(AFTER_LIMIT);
    }

    /** A node that is drained, or a pod that is evicted, is not a failure of the command. */
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
        return new PodFailurePolicyRuleBuilder()
                .withAction("FailJob")
                .withNewOnExitCodes()
                .withContainerName(JobContainer.NAME)
                .withOperator("In")
                .withValues(VERDICTS)
                .endOnExitCodes()
                .build();
    }
}
