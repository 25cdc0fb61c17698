package dev.onnxfunction.rollout.job;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The container that runs the command of a Job, and its volumes. */
final class JobContainer {

    static final String NAME = "rollout";

    private JobContainer() {}

    static Container container(JobRequest request) {
        return new ContainerBuilder()
                .withName(NAME)
                .withImage(request.image())
                .withArgs(request.arguments())
                .addNewEnv()
                .withName(JobContext.ID)
                .withValue(request.context().id())
                .endEnv()
                .addNewEnv()
                .withName(JobContext.BEGUN)
                .withValue(request.context().begun().toString())
                .endEnv()
                .addNewEnv()
                .withName(JobContext.KEYS)
                .withValue(request.context().keys().toString())
                .endEnv()
                .addNewEnv()
                .withName("ROLLOUT_KEY")
                .withNewValueFrom()
                .withNewSecretKeyRef("rollout", request.service() + "-rollout-key", true)
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
                .withVolumeMounts(mounts(request))
                .build();
    }

    private static List<VolumeMount> mounts(JobRequest request) {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(mount("keys", request.context().keys().toString()));
        if (!request.files().isEmpty()) {
            mounts.add(mount("files", JobRequest.path("")));
        }
        if (request.claim() != null) {
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

    static List<Volume> volumes(JobRequest request) {
        List<Volume> volumes = new ArrayList<>();
        volumes.add(
                new VolumeBuilder()
                        .withName("keys")
                        .withNewSecret()
                        .withSecretName(request.service() + "-keys")
                        .withOptional(true)
                        .endSecret()
                        .build());
        if (!request.files().isEmpty()) {
            volumes.add(
                    new VolumeBuilder()
                            .withName("files")
                            .withNewConfigMap()
                            .withName(JobFiles.name(request))
                            .endConfigMap()
                            .build());
        }
        if (request.claim() != null) {
            volumes.add(
                    new VolumeBuilder()
                            .withName("volume")
                            .withNewPersistentVolumeClaim(request.claim(), true)
                            .build());
        }
        return volumes;
    }
}
