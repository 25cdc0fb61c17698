package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.engine.Revision;
import dev.onnxfunction.rollout.engine.Revision.Readiness;

import io.fabric8.knative.pkg.apis.Condition;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a revision, and its pods, whose failures Knative reports late. */
final class RevisionReader {

    /** Temporary reasons, which end when the cluster has grown. */
    private static final Set<String> PASSING = Set.of("Unschedulable", "Deploying");

    /**
     * Reasons for which a container waits in vain. Unless it has an exit code, Knative itself
     * reports them only when its deployment times out, after ten minutes.
     */
    private static final Set<String> IN_VAIN =
            Set.of(
                    "CrashLoopBackOff",
                    "CreateContainerConfigError",
                    "CreateContainerError",
                    "ErrImageNeverPull",
                    "InvalidImageName");

    /** Reasons for which the kubelet will try again to pull an image. */
    private static final Set<String> PULLS = Set.of("ErrImagePull", "ImagePullBackOff");

    /** What registries and runtimes say if another attempt cannot help. */
    private static final Pattern NO_SUCH_IMAGE =
            Pattern.compile(
                    "not ?found|(manifest|name) unknown|denied|unauthorized|forbidden",
                    Pattern.CASE_INSENSITIVE);

    private RevisionReader() {}

    /** Reads the revision's status. */
    static Revision read(io.fabric8.knative.serving.v1.Revision revision) {
        String name = revision.getMetadata().getName();
        Instant created = time(revision.getMetadata().getCreationTimestamp());
        Optional<Condition> ready =
                revision.getStatus() == null
                        ? Optional.empty()
                        : Conditions.find(revision.getStatus().getConditions(), "Ready");
        String status = ready.map(Condition::getStatus).orElse("Unknown");
        if (status.equals("True")) {
            return new Revision(name, Readiness.READY, "", created);
        }
        String why =
                ready.map(Conditions::say).filter(text -> !text.isEmpty()).orElse("It starts.");
        boolean passing = ready.map(Condition::getReason).filter(PASSING::contains).isPresent();
        Readiness readiness =
                status.equals("False") && !passing ? Readiness.FAILED : Readiness.PENDING;
        return new Revision(name, readiness, why, created);
    }

    /** The same, but failed if one of its pods waits in vain. */
    static Revision read(Revision pending, List<Pod> pods) {
        return pods.stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .map(ContainerStatus::getState)
                .filter(state -> state != null && state.getWaiting() != null)
                .map(ContainerState::getWaiting)
                .flatMap(waiting -> read(pending, waiting).stream())
                .min(Comparator.comparing(revision -> revision.readiness() != Readiness.FAILED))
                .orElse(pending);
    }

    /** What a waiting container says about its revision; empty if it will start. */
    private static Optional<Revision> read(Revision pending, ContainerStateWaiting waiting) {
        String reason = String.valueOf(waiting.getReason());
        String message = waiting.getMessage() == null ? "" : waiting.getMessage();
        boolean pulls = PULLS.contains(reason);
        if (!pulls && !IN_VAIN.contains(reason)) {
            return Optional.empty();
        }
        boolean isFinal = !pulls || NO_SUCH_IMAGE.matcher(message).find();
        return Optional.of(
                new Revision(
                        pending.name(),
                        isFinal ? Readiness.FAILED : Readiness.PENDING,
                        message.isEmpty() ? reason : reason + ": " + message,
                        pending.created()));
    }

    private static Instant time(String timestamp) {
        return timestamp == null ? Instant.EPOCH : OffsetDateTime.parse(timestamp).toInstant();
    }
}
