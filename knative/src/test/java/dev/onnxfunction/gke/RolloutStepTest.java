package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The rollout of a push: the older of two yields, and the build ends as the rollout does. */
class RolloutStepTest {

    private static final List<String> STEP =
            List.of("sh", Sandbox.ROOT.resolve("knative/gke/pipeline/rollout").toString());

    @TempDir private Path folder;
    private Git remote;
    private Git workspace;
    private Sandbox machine;

    @BeforeEach
    void start() throws Exception {
        machine = new Sandbox(Files.createDirectory(folder.resolve("machine")));
        remote = Git.init(machine, Files.createDirectory(folder.resolve("remote")));
        remote.commit(1_000, "function/Function.java");
        workspace = remote.shallowClone(folder.resolve("workspace"));
        Files.createDirectories(workspace.folder().resolve("target/pipeline"));
        Files.writeString(
                workspace.folder().resolve("target/pipeline/image"),
                "registry.example/function@sha256:12ab\n");
        Files.writeString(
                workspace.folder().resolve("target/pipeline/model"),
                "boston-house-prices@1-59f7ce87\n");
        java("exit 0");
    }

    @Test
    void theNewestCommitIsRolledOutByDigest() throws Exception {
        Run run = rollout();

        assertThat(run.exit()).as(run.output()).isZero();
        List<String> calls = machine.calls();
        assertThat(calls)
                .startsWith(
                        "gcloud container clusters get-credentials ml-cluster"
                                + " --zone=southamerica-east1-b --project=my-project --quiet",
                        "kubectl port-forward --namespace=kourier-system"
                                + " service/kourier-internal 8081:80");
        assertThat(calls)
                .last()
                .isEqualTo(
                        "java -jar knative/target/rollout.jar deploy -f"
                                + " target/pipeline/service.yaml --namespace onnx-function --image"
                                + " registry.example/function@sha256:12ab --take-over --model"
                                + " boston-house-prices@1-59f7ce87 --parity"
                                + " training-notebook-export/model/parity.json --evaluation"
                                + " training-notebook-export/boston.csv --via 127.0.0.1:8081");
        assertThat(workspace.folder().resolve("target/pipeline/service.yaml"))
                .hasContent("variant: base\nname: GOOGLE_CLOUD_PROJECT\nvalue: \"my-project\"");
    }

    @Test
    void theGatesOfAPublicFunctionHaveAKey() throws Exception {
        machine.with("onnx-function-keys-value", "the-key-of-the-clients");
        java("echo \"given $AUTHORIZATION\" >>$FAKE/given");

        Run run = rollout("public");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(machine.calls())
                .noneMatch(call -> call.contains("the-key"))
                .last()
                .asString()
                .endsWith(" --via 127.0.0.1:8081 --header-env Authorization=AUTHORIZATION");
        assertThat(machine.folder().resolve("given"))
                .hasContent("given Bearer the-key-of-the-clients");
    }

    @Test
    void withoutItsKeyAPublicFunctionIsNotRolledOut() throws Exception {
        Run run = rollout("public");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("error: There is no key for the public function.");
        assertThat(machine.calls()).noneMatch(call -> call.startsWith("java"));
    }

    @Test
    void theOlderOfTwoPushesYields() throws Exception {
        remote.commit(2_000, "function/Function.java");

        Run run = rollout();

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output())
                .contains("The newest commit of main is " + remote.head())
                .contains("not " + workspace.head())
                .contains("yields");
        assertThat(machine.calls()).isEmpty();
    }

    @Test
    void withoutKnowingTheNewestCommitNothingIsRolledOut() throws Exception {
        workspace.git("remote", "set-url", "origin", folder.resolve("gone").toUri().toString());

        assertThat(rollout().exit()).isNotZero();
        assertThat(machine.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6})
    void aRolloutThatFailsFailsTheBuild(int exit) throws Exception {
        java("echo 'rmse  live 4.70  candidate 9.99'; exit " + exit);

        Run run = rollout();

        assertThat(run.exit()).isEqualTo(exit);
        assertThat(run.output()).contains("candidate 9.99");
    }

    @Test
    void aGatewayThatCannotBeReachedIsTold() throws Exception {
        machine.with("failing", "port-forward");

        Run run = rollout();

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output())
                .contains("refused by the test")
                .contains("error: The gateway of the cluster cannot be reached.");
        assertThat(machine.calls()).noneMatch(call -> call.startsWith("java"));
    }

    @Test
    void aCancelledBuildLetsTheRolloutPutTheTrafficBack() throws Exception {
        java(
                "trap 'echo back >>$FAKE/calls; exit 130' TERM; echo started >>$FAKE/calls;"
                        + " while :; do sleep 0.1; done");
        machine.with("calls", "");
        Path output = folder.resolve("output");
        Process step = machine.start(workspace.folder(), settings("base"), STEP, output);
        while (!Files.readString(machine.folder().resolve("calls")).contains("started")) {
            assertThat(step.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
        }

        step.destroy();

        assertThat(step.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(step.exitValue()).isEqualTo(130);
        assertThat(machine.calls()).endsWith("started", "back");
    }

    private Run rollout() throws Exception {
        return rollout("base");
    }

    private Run rollout(String variant) throws Exception {
        return machine.run(workspace.folder(), settings(variant), STEP);
    }

    private Map<String, String> settings(String variant) throws Exception {
        return Map.of(
                "COMMIT", workspace.head(),
                "BRANCH", "main",
                "PROJECT", "my-project",
                "CLUSTER", "ml-cluster",
                "ZONE", "southamerica-east1-b",
                "NAMESPACE", "onnx-function",
                "VARIANT", variant,
                "JAVA_HOME", folder.resolve("java").toString());
    }

    /** Puts a program in the place of Java that records its call and then does this. */
    private void java(String script) throws Exception {
        Path java = Files.createDirectories(folder.resolve("java/bin")).resolve("java");
        Files.writeString(
                java, "#!/bin/sh\nprintf 'java %s\\n' \"$*\" >>\"$FAKE/calls\"\n" + script + "\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
    }
}
