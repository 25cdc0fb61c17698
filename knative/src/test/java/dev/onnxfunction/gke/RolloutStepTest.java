package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The rollout of a push: the older of two builds yields, and the build succeeds or fails with the
 * rollout.
 */
@Tag("slow")
class RolloutStepTest {

    private static final List<String> STEP =
            List.of("sh", Sandbox.ROOT.resolve("knative/gke/pipeline/rollout").toString());

    @TempDir private Path folder;
    private Path workspace;
    private Sandbox machine;

    @BeforeEach
    void start() throws Exception {
        machine = new Sandbox(Files.createDirectory(folder.resolve("machine")));
        workspace = Files.createDirectory(folder.resolve("workspace"));
        Files.createDirectories(workspace.resolve("target/pipeline"));
        Files.writeString(
                workspace.resolve("target/pipeline/image"),
                "registry.example/function@sha256:12ab\n");
        Files.writeString(
                workspace.resolve("target/pipeline/rollout-image"),
                "registry.example/rollout@sha256:34cd\n");
        Files.writeString(
                workspace.resolve("target/pipeline/model"), "boston-house-prices@3-59f7ce87\n");
        machine.with("cluster-ml-cluster", "");
        builds();
        java("exit 0");
    }

    @Test
    void theNewestBuildIsRolledOutByDigest() throws Exception {
        Run run = rollout();

        assertThat(run.exit()).as(run.output()).isZero();
        List<String> calls = machine.calls();
        assertThat(calls)
                .contains(
                        "gcloud container clusters get-credentials ml-cluster"
                                + " --location=southamerica-east1-b --project=my-project --quiet")
                .noneMatch(call -> call.contains("secret"));
        assertThat(calls)
                .last()
                .isEqualTo(
                        "java -jar knative/target/rollout.jar deploy -f"
                                + " target/pipeline/service.yaml --namespace onnx-function --image"
                                + " registry.example/function@sha256:12ab --take-over --model"
                                + " boston-house-prices@3-59f7ce87 --parity"
                                + " training-notebook-export/model/parity.json --evaluation"
                                + " training-notebook-export/model/evaluation.csv --in-cluster"
                                + " registry.example/rollout@sha256:34cd");
        assertThat(workspace.resolve("target/pipeline/service.yaml"))
                .hasContent("variant: base\nname: GOOGLE_CLOUD_PROJECT\nvalue: \"my-project\"");
    }

    @Test
    void eachSubstitutionIsAnOptionAndAnEmptyOneIsNot() throws Exception {
        Run run =
                rollout(
                        Map.of(
                                "DEPLOY_PLAN", "5,100",
                                "DEPLOY_MAX_RMSE_RATIO", "1.2",
                                "DEPLOY_GROUPS", "",
                                "DEPLOY_MAX_SHIFT", "",
                                "DEPLOY_ALLOW_UNPROVEN", "yes"));

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(machine.calls())
                .last()
                .asString()
                .endsWith(
                        " --in-cluster registry.example/rollout@sha256:34cd --allow-unproven --plan"
                                + " 5,100 --max-rmse-ratio 1.2");
    }

    @Test
    void whileTheFunctionIsPublicNoRevisionWithoutKeysIsDeployed() throws Exception {
        machine.with("exposure", "public");

        Run run = rollout();

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("error: The function is public");
        assertThat(machine.calls()).noneMatch(call -> call.startsWith("java"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUEUED", "WORKING", "SUCCESS"})
    void theOlderOfTwoBuildsYields(String status) throws Exception {
        builds("2026-01-01T00:00:02.5Z newer %s onnx-function c0ffee2".formatted(status));

        Run run = rollout();

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output())
                .contains("Build newer of commit c0ffee2 is newer (" + status + ")")
                .contains("yields")
                .contains("--sha=c0ffee1");
        assertThat(machine.calls()).noneMatch(call -> call.contains("get-credentials"));
    }

    /** A push of documents has no build; the other builds do not deploy. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-01-01T00:00:02.5Z newer FAILURE onnx-function c0ffee2",
                "2026-01-01T00:00:02.5Z newer CANCELLED onnx-function c0ffee2",
                "2026-01-01T00:00:02.5Z newer PENDING onnx-function c0ffee2",
                "2026-01-01T00:00:02.5Z newer WORKING pull-request c0ffee2",
                "2026-01-01T00:00:00.5Z older SUCCESS onnx-function c0ffee0"
            })
    void aBuildYieldsToNoneThatDoesNotDeploy(String other) throws Exception {
        builds(other);

        Run run = rollout();

        assertThat(run.exit()).as(run.output()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"builds describe", "builds list"})
    void withoutKnowingWhetherThereIsANewerBuildNothingIsRolledOut(String call) throws Exception {
        machine.with("failing", call);

        Run run = rollout();

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output())
                .contains("error: It is unknown whether a newer build")
                .doesNotContain("yields");
        assertThat(machine.calls()).noneMatch(call2 -> call2.startsWith("java"));
    }

    @Test
    void aBuildWithoutATriggerLooksForNone() throws Exception {
        Run run = rollout(Map.of("TRIGGER_NAME", ""));

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(machine.calls()).noneMatch(call -> call.startsWith("gcloud builds"));
    }

    @Test
    void aGateThatFailsNamesThePlaceOfItsLimit() throws Exception {
        java("echo 'Raise --max-rmse-ratio if that is meant.'; exit 4");

        Run run = rollout();

        assertThat(run.exit()).isEqualTo(4);
        assertThat(run.output())
                .containsSubsequence(
                        "Raise --max-rmse-ratio", "_MAX_RMSE_RATIO", "cloudbuild.yaml");
    }

    @Test
    void aJobThatWasGivenUpLeavesNoTrafficDivided() throws Exception {
        java("case $3 in deploy | attach) exit 6 ;; esac");

        Run run = rollout();

        assertThat(run.exit()).isEqualTo(6);
        assertThat(machine.calls())
                .endsWith(
                        "java -jar knative/target/rollout.jar attach onnx-function --namespace"
                                + " onnx-function",
                        "java -jar knative/target/rollout.jar abort onnx-function --namespace"
                            + " onnx-function --in-cluster registry.example/rollout@sha256:34cd");
    }

    @Test
    void aJobThatGoesOnIsFollowedAgain() throws Exception {
        java("case $3 in deploy) exit 6 ;; attach) exit 4 ;; esac");

        Run run = rollout();

        assertThat(run.exit()).isEqualTo(4);
        assertThat(machine.calls()).noneMatch(call -> call.contains(" abort "));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7})
    void aRolloutThatFailsFailsTheBuild(int exit) throws Exception {
        java("echo 'rmse  live 4.70  candidate 9.99'; exit " + exit);

        Run run = rollout();

        assertThat(run.exit()).isEqualTo(exit);
        assertThat(run.output()).contains("candidate 9.99");
    }

    /** The Job continues, so that a killed build need not do anything. */
    @Test
    void aBuildThatIsKilledMakesNoFurtherCall() throws Exception {
        java("echo started >>$FAKE/calls; while :; do sleep 0.1; done");
        machine.with("calls", "");
        Path output = folder.resolve("output");
        Process step = machine.start(workspace, settings("base", Map.of()), STEP, output);
        while (!Files.readString(machine.folder().resolve("calls")).contains("started")) {
            assertThat(step.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
        }

        step.descendants().forEach(ProcessHandle::destroyForcibly);
        step.destroyForcibly();

        assertThat(step.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(machine.calls()).endsWith("started");
    }

    @Test
    void aDryRunNeedsNoJob() throws Exception {
        List<String> command = new ArrayList<>(STEP);
        command.add("--dry-run");

        Run run = machine.run(workspace, settings("base", Map.of()), command);

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(machine.calls())
                .last()
                .asString()
                .endsWith(" --dry-run")
                .doesNotContain("in-cluster");
    }

    private Run rollout() throws Exception {
        return rollout("base", Map.of());
    }

    private Run rollout(Map<String, String> more) throws Exception {
        return rollout("base", more);
    }

    private Run rollout(String variant, Map<String, String> more) throws Exception {
        return machine.run(workspace, settings(variant, more), STEP);
    }

    private Map<String, String> settings(String variant, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("COMMIT", "c0ffee1");
        settings.put("BUILD_ID", "this");
        settings.put("LOCATION", "global");
        settings.put("TRIGGER_NAME", "onnx-function");
        settings.put("PROJECT", "my-project");
        settings.put("CLUSTER", "ml-cluster");
        settings.put("ZONE", "southamerica-east1-b");
        settings.put("NAMESPACE", "onnx-function");
        settings.put("VARIANT", variant);
        settings.put("JAVA_HOME", folder.resolve("java").toString());
        settings.putAll(more);
        return settings;
    }

    /** Adds builds to Cloud Build, this one among them: time, ID, status, trigger, commit. */
    private void builds(String... others) throws Exception {
        String own = "2026-01-01T00:00:01.5Z this WORKING onnx-function c0ffee1\n";
        machine.with("builds", own + String.join("\n", others) + "\n");
    }

    /** Replaces Java by a program that records its call and then runs this script. */
    private void java(String script) throws Exception {
        Path java = Files.createDirectories(folder.resolve("java/bin")).resolve("java");
        Files.writeString(
                java, "#!/bin/sh\nprintf 'java %s\\n' \"$*\" >>\"$FAKE/calls\"\n" + script + "\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
    }
}
