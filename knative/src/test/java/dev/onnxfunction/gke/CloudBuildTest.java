package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.CloudBuild.Step;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Everything that {@code cloudbuild.yaml} names exists and is pinned. */
class CloudBuildTest {

    private static final Pattern PATH = Pattern.compile("[\\w.-]+(/[\\w.-]+)+");
    private static final Pattern VERSION =
            Pattern.compile("[\\w./-]+:\\d+\\.\\d+\\.\\d+[\\w.-]*(@sha256:[0-9a-f]{64})?");
    private static final Pattern NEEDED = Pattern.compile("\"\\$\\{(\\w+):\\?}\"");

    private static final Path FILE = Sandbox.ROOT.resolve("cloudbuild.yaml");

    private static CloudBuild build;

    @BeforeAll
    static void read() throws IOException {
        build = CloudBuild.read(FILE);
    }

    @Test
    void theWayOfAPushIsInOrder() {
        assertThat(build.steps())
                .extracting(Step::id)
                .doesNotHaveDuplicates()
                .containsSubsequence(
                        "plan", "train", "verify", "image", "push", "attest", "rollout", "mark");
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
                        .filter(word -> PATH.matcher(word).matches())
                        .toList();
        assertThat(files)
                .hasSizeGreaterThanOrEqualTo(8)
                .allSatisfy(file -> assertThat(Sandbox.ROOT.resolve(file)).isExecutable());
    }

    @Test
    void everyScriptOfTheFolderIsUsedByAStepOrAnotherScript() throws IOException {
        Path folder = Sandbox.ROOT.resolve("knative/gke/pipeline");
        List<Path> scripts = new ArrayList<>();
        try (var files = Files.list(folder)) {
            files.forEach(scripts::add);
        }
        StringBuilder users = new StringBuilder(Files.readString(FILE));
        for (Path script : scripts) {
            users.append(
                    Files.readString(script).replace("$(dirname \"$0\")", "knative/gke/pipeline"));
        }
        assertThat(scripts)
                .isNotEmpty()
                .allSatisfy(
                        script ->
                                assertThat(users)
                                        .containsPattern(
                                                "knative/gke/pipeline/%s\\b"
                                                        .formatted(script.getFileName())));
    }

    @Test
    void everySubstitutionIsDeclaredAndEveryDeclaredOneIsUsed() throws IOException {
        String file = Files.readString(FILE);
        TreeSet<String> known = new TreeSet<>(CloudBuild.BUILT_IN);
        known.addAll(build.substitutions().keySet());

        assertThat(CloudBuild.used(file)).isEqualTo(known);
    }

    @Test
    void theDefaultsAreThoseOfTheSetup() throws IOException {
        String setup = Files.readString(Sandbox.ROOT.resolve("knative/gke/common.sh"));
        assertThat(setup)
                .contains(":-" + build.substitutions().get("_CLUSTER") + "}")
                .contains(":-" + build.substitutions().get("_ZONE") + "}")
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
    void theTimeoutsOfTheStepsAddUpToLessThanThatOfTheWhole() {
        assertThat(build.steps().stream().mapToInt(step -> seconds(step.timeout())).sum())
                .isLessThan(seconds(String.valueOf(build.rest().get("timeout"))));
    }

    @Test
    void aRolloutHasTimeToPutTheTrafficBackBeforeItsStepIsKilled() {
        String limit = String.valueOf(build.substitutions().get("_TIME_LIMIT"));
        Step rollout = step("rollout");

        assertThat(rollout.environment()).containsEntry("DEPLOY_TIME_LIMIT", "$_TIME_LIMIT");
        assertThat(60 * Integer.parseInt(limit.replace("m", "")))
                .isLessThanOrEqualTo(seconds(rollout.timeout()) - 180);
    }

    /** Once a candidate has all traffic, nothing after it can fail the build. */
    @Test
    void whatComesAfterTheTrafficMayFail() {
        List<String> after =
                build.steps().stream()
                        .map(Step::id)
                        .dropWhile(id -> !id.equals("rollout"))
                        .skip(1)
                        .toList();
        assertThat(after)
                .contains("mark")
                .allSatisfy(id -> assertThat(step(id).allowFailure()).as(id).isTrue());
        assertThat(build.rest()).doesNotContainKeys("images", "artifacts");
    }

    /** Options that the step sets itself, or that are for a person at a terminal. */
    private static final Set<String> NO_SETTINGS =
            Set.of(
                    "--image",
                    "--file",
                    "--namespace",
                    "--context",
                    "--dry-run",
                    "--in-cluster",
                    "--volume",
                    "--via",
                    "--header-env",
                    "--rollout-key-env",
                    "--take-over",
                    "--keep",
                    "--model",
                    "--parity",
                    "--tolerance",
                    "--evaluation",
                    "--target",
                    "--help",
                    "--version");

    @Test
    void everyLimitOfTheRolloutIsASubstitutionWithTheSameDefault() throws Exception {
        String script =
                Files.readString(Sandbox.ROOT.resolve("knative/gke/pipeline/rollout"))
                        .replace("\\\n", "");
        TreeSet<String> settings = new TreeSet<>();
        for (OptionSpec option : deployOptions()) {
            String name = option.longestName();
            if (NO_SETTINGS.contains(name)) {
                continue;
            }
            String substitution = name.substring(1).replace('-', '_').toUpperCase(Locale.ROOT);
            settings.add("DEPLOY" + substitution);
            assertThat(build.substitutions()).containsKey(substitution);
            assertThat(script).containsPattern("for option in .*\\b" + name.substring(2) + "\\b");
            if (option.defaultValue() != null && option.arity().max() > 0) {
                assertThat(build.substitutions())
                        .containsEntry(substitution, option.defaultValue());
            }
        }
        assertThat(settings).hasSizeGreaterThan(12);
        assertThat(step("rollout").environment().keySet())
                .filteredOn(name -> name.startsWith("DEPLOY_"))
                .containsExactlyInAnyOrderElementsOf(settings);
    }

    private static List<OptionSpec> deployOptions() throws Exception {
        return CommandSpec.forAnnotatedObject(
                        Class.forName("dev.onnxfunction.rollout.cli.DeployCommand"))
                .options();
    }

    private static Step step(String id) {
        return build.steps().stream()
                .filter(step -> step.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static int seconds(String timeout) {
        assertThat(timeout).endsWith("s");
        return Integer.parseInt(timeout.substring(0, timeout.length() - 1));
    }

    @Test
    void itLogsToCloudLoggingAsItsOwnAccount() {
        assertThat(build.rest())
                .hasEntrySatisfying(
                        "serviceAccount",
                        account -> assertThat(account).asString().contains("${_NAME}-build@"))
                .hasEntrySatisfying(
                        "options",
                        options ->
                                assertThat(options)
                                        .isEqualTo(
                                                Map.of(
                                                        "logging",
                                                        "CLOUD_LOGGING_ONLY",
                                                        "dynamicSubstitutions",
                                                        true)));
    }
}
