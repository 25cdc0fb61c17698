package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.drive.Instance;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodReaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"user-container", "model"})
    void findsTheFunctionWhateverTheManifestCallsItsContainer(String name) {
        Pod pod = pod(name);

        assertThat(PodReader.isRunning(pod)).isTrue();
        assertThat(PodReader.port(pod)).isEqualTo(8888);
        assertThat(PodReader.containerName(pod)).isEqualTo(name);
        Instance instance = PodReader.read(pod, null, "");
        assertThat(instance.restarts()).isEqualTo(2);
        assertThat(instance.outOfMemory()).isTrue();
        assertThat(instance.memoryLimit()).isEqualTo(512L << 20);
    }

    @Test
    void aPodWithoutAnythingDoesNotRun() {
        Pod pod = new PodBuilder().withNewMetadata().withName("p").endMetadata().build();

        assertThat(PodReader.isRunning(pod)).isFalse();
        assertThat(PodReader.read(pod, null, "").restarts()).isZero();
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
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
                .withName(name)
                .addNewPort()
                .withName("user-port")
                .withContainerPort(8888)
                .endPort()
                .withNewResources()
                .addToLimits("memory", new Quantity("512Mi"))
                .endResources()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withContainerStatuses(status("queue-proxy", 0), status(name, 2))
                .endStatus()
                .build();
    }

    private static ContainerStatus status(String name, int restarts) {
        return new ContainerStatusBuilder()
                .withName(name)
                .withRestartCount(restarts)
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .withNewLastState()
                .withNewTerminated()
                .withReason(restarts > 0 ? "OOMKilled" : "Completed")
                .endTerminated()
                .endLastState()
                .build();
    }
}
