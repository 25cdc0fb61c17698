package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.CloudBuild.Step;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What {@code cloudbuild.yaml} names is there, and is pinned. */
class CloudBuildTest {

    private static final Pattern FILE = Pattern.compile("[\\w.-]+(/[\\w.-]+)+");
    private static final Pattern VERSION = Pattern.compile("[\\w./-]+:\\d+\\.\\d+\\.\\d+[\\w.-]*");
    private static final Pattern NEEDED = Pattern.compile("\"\\$\\{(\\w+):\\?}\"");

    private static CloudBuild build;

    @BeforeAll
    static void read() throws IOException {
        build = CloudBuild.read(Sandbox.ROOT.resolve("cloudbuild.yaml"));
    }

    @Test
    void theWayOfAPushIsInOrder() {
        assertThat(build.steps())
                .extracting(Step::id)
                .doesNotHaveDuplicates()
                .containsSubsequence("plan", "train", "verify", "image", "push", "rollout", "mark");
    }

    @Test
    void everyImageHasAFixedVersion() {
        assertThat(build.steps())
                .extracting(Step::image)
                .isNotEmpty()
                .allSatisfy(image -> assertThat(image).matches(VERSION));
    }

    @Test
    void everyFileIsThereAndCanBeRun() {
        List<String> files =
                build.steps().stream()
                        .flatMap(step -> step.command().stream())
                        .filter(word -> FILE.matcher(word).matches())
                        .toList();
        assertThat(files)
                .hasSizeGreaterThanOrEqualTo(8)
                .allSatisfy(file -> assertThat(Sandbox.ROOT.resolve(file)).isExecutable());
    }

    @Test
    void everyStepOfTheFolderIsUsed() throws IOException {
        List<Path> scripts = new ArrayList<>();
        try (var files = Files.list(Sandbox.ROOT.resolve("knative/gke/pipeline"))) {
            files.forEach(scripts::add);
        }
        assertThat(scripts)
                .isNotEmpty()
                .allSatisfy(
                        script ->
                                assertThat(build.steps())
                                        .anyMatch(
                                                step ->
                                                        step.command()
                                                                .contains(
                                                                        Sandbox.ROOT
                                                                                .relativize(script)
                                                                                .toString())));
    }

    @Test
    void everySubstitutionIsDeclaredAndEveryDeclaredOneIsUsed() throws IOException {
        String file = Files.readString(Sandbox.ROOT.resolve("cloudbuild.yaml"));
        TreeSet<String> known = new TreeSet<>(CloudBuild.BUILT_IN);
        known.addAll(build.substitutions().keySet());

        assertThat(CloudBuild.used(file)).isEqualTo(known);
    }

    @Test
    void theDefaultsAreThoseOfTheSetup() throws IOException {
        String setup = Files.readString(Sandbox.ROOT.resolve("knative/gke/common.sh"));
        assertThat(setup)
                .contains("\ncluster=" + build.substitutions().get("_CLUSTER") + "\n")
                .contains("\nzone=" + build.substitutions().get("_ZONE") + "\n")
                .contains("\nname=" + build.substitutions().get("_NAME") + "\n");
        assertThat(build.substitutions())
                .containsEntry("_CLUSTER", "ml-cluster")
                .containsEntry("_ZONE", "southamerica-east1-b")
                .containsEntry("_LOCATION", "southamerica-east1");
    }

    @Test
    void everyStepGivesItsScriptTheVariablesThatItNeeds() throws IOException {
        int needed = 0;
        for (Step step : build.steps()) {
            for (String variable : neededBy(step)) {
                needed++;
                assertThat(step.environment()).as(step.id()).containsKey(variable);
            }
        }
        assertThat(needed).isGreaterThanOrEqualTo(10);
    }

    private static List<String> neededBy(Step step) throws IOException {
        Path script = Sandbox.ROOT.resolve(step.command().get(1));
        if (!Files.isRegularFile(script)) {
            return List.of();
        }
        return NEEDED.matcher(Files.readString(script))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void everyStepThatIsWaitedForComesBefore() {
        List<String> before = new ArrayList<>();
        for (Step step : build.steps()) {
            assertThat(before).containsAll(step.waitFor());
            before.add(step.id());
        }
    }

    @Test
    void everyStepAndTheWholeHaveATimeout() {
        int whole = seconds(String.valueOf(build.rest().get("timeout")));
        assertThat(build.steps())
                .allSatisfy(step -> assertThat(seconds(step.timeout())).isBetween(60, whole));
    }

    private static int seconds(String timeout) {
        assertThat(timeout).endsWith("s");
        return Integer.parseInt(timeout.substring(0, timeout.length() - 1));
    }

    @Test
    void itLogsToCloudLoggingAsItsOwnAccountAndTellsWhereTheImageComesFrom() {
        assertThat(build.rest())
                .containsEntry("images", List.of("$_IMAGE:$COMMIT_SHA"))
                .hasEntrySatisfying(
                        "serviceAccount",
                        account -> assertThat(account).asString().contains("${_NAME}-build@"))
                .hasEntrySatisfying(
                        "options",
                        options ->
                                assertThat(options)
                                        .isEqualTo(
                                                Map.of(
                                                        "logging", "CLOUD_LOGGING_ONLY",
                                                        "requestedVerifyOption", "VERIFIED",
                                                        "dynamicSubstitutions", true)));
    }
}
