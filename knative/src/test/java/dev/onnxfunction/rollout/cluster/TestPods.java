package dev.onnxfunction.rollout.cluster;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;

/** Pods of a revision, each with Knative's container and the function's. */
final class TestPods {

    private TestPods() {}

    /** A pod with a memory limit of 512 MiB, which was never restarted. */
    static Pod running(String name, String container, int port) {
        return running(name, container, port, 0, false);
    }

    /**
     * A pod with a memory limit of 512 MiB.
     *
     * @param name of the pod
     * @param container name of the function's container
     * @param port of the function
     */
    static Pod running(String name, String container, int port, int restarts, boolean outOfMemory) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(FakeKnative.NAMESPACE)
                .withUid("uid-of-" + name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("queue-proxy")
                .addNewPort()
                .withName("queue-port")
                .withContainerPort(8012)
                .endPort()
                .endContainer()
                .addNewContainer()
                .withName(container)
                .addNewPort()
                .withName("user-port")
                .withContainerPort(port)
                .endPort()
                .withNewResources()
                .addToLimits("memory", new Quantity("512Mi"))
                .endResources()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPodIP("127.0.0.1")
                .addNewContainerStatus()
                .withName("queue-proxy")
                .endContainerStatus()
                .addNewContainerStatus()
                .withName(container)
                .withRestartCount(restarts)
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .withNewLastState()
                .withTerminated(outOfMemory ? outOfMemory() : null)
                .endLastState()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    private static ContainerStateTerminated outOfMemory() {
        return new ContainerStateTerminatedBuilder().withReason("OOMKilled").build();
    }
}
