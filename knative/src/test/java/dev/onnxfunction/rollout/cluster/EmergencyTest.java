package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Exit;

import io.fabric8.knative.client.KnativeClient;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rollback with kubectl alone, as in gke/README.md. */
class EmergencyTest {

    private static final Pattern PATCH =
            Pattern.compile("--type=json \\\\\\s+--patch='(\\[.*REVISION.*])'");

    private static final Pattern RUN =
            Pattern.compile(
                    "kubectl run (\\w+) --namespace=onnx-function .* --overrides='(\\{.*})'"
                        + " --override-type=strategic --labels=app.kubernetes.io/name=rollout --"
                        + " rollback onnx-function\n");

    @Test
    void theLineOfTheReadmeMovesAllTrafficAndTheNextRolloutGoesOnFromThere() throws Exception {
        try (TestCluster cluster = new TestCluster()) {
            cluster.serve("f");
            cluster.deploy("f", "f-2", cluster.passing());

            service(cluster, "f")
                    .patch(PatchContext.of(PatchType.JSON), patch().replace("REVISION", "f-1"));
            cluster.settle("f");

            assertThat(cluster.routed("f")).isEqualTo(Map.of("f-1", 100));
            assertThat(cluster.deploy("f", "f-3", cluster.passing())).isEqualTo(Exit.DONE);
            assertThat(cluster.routed("f")).containsEntry("f-3", 100);
        }
    }

    /** In a namespace that admits only "restricted" pods, as the ServiceAccount of the Role. */
    @Test
    void theLineWithTheImageRunsAnUnprivilegedPod() throws Exception {
        for (String readme : List.of("rollouts.md", "gke/README.md")) {
            Matcher line = RUN.matcher(Files.readString(Path.of(readme)));
            assertThat(line.find()).as(readme).isTrue();
            PodSpec pod =
                    Serialization.unmarshal(
                                    line.group(2), io.fabric8.kubernetes.api.model.Pod.class)
                            .getSpec();
            var container = pod.getContainers().getFirst();
            assertThat(container.getName()).isEqualTo(line.group(1));
            assertThat(pod.getServiceAccountName()).isEqualTo("rollout");
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                    .isEqualTo("RuntimeDefault");
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
        }
    }

    private static String patch() throws Exception {
        Matcher line = PATCH.matcher(Files.readString(Path.of("gke/README.md")));
        assertThat(line.find()).isTrue();
        return line.group(1);
    }

    private static Resource<Service> service(TestCluster cluster, String name) {
        return cluster.client().adapt(KnativeClient.class).services().withName(name);
    }
}
