package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.drive.Instance;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodReaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"user-container", "model"})
    void findsTheFunctionWhateverTheManifestCallsItsContainer(String name) {
        Pod pod = TestPods.running("p", name, 8888, 2, true);

        assertThat(PodReader.isRunning(pod)).isTrue();
        assertThat(PodReader.port(pod)).isEqualTo(8888);
        assertThat(PodReader.containerName(pod)).isEqualTo(name);
        Instance instance = PodReader.read(pod, null, "");
        assertThat(instance.restarts()).isEqualTo(2);
        assertThat(instance.outOfMemory()).isTrue();
        assertThat(instance.memoryLimit()).isEqualTo(512L << 20);
    }

    @Test
    void aRestartThatIsDueCounts() {
        Pod pod =
                new PodBuilder(TestPods.running("p", "user-container", 8080, 2, true))
                        .editStatus()
                        .editLastContainerStatus()
                        .withNewState()
                        .withNewWaiting("back-off 40s", "CrashLoopBackOff")
                        .endState()
                        .endContainerStatus()
                        .endStatus()
                        .build();

        assertThat(PodReader.read(pod, null, "").restarts()).isEqualTo(3);
    }

    @Test
    void aPodWithoutAnythingDoesNotRun() {
        Pod pod = new PodBuilder().withNewMetadata().withName("p").endMetadata().build();

        assertThat(PodReader.isRunning(pod)).isFalse();
        assertThat(PodReader.read(pod, null, "").restarts()).isZero();
    }
}
