package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import static java.util.stream.Collectors.toMap;

import dev.onnxfunction.gke.Sandbox.Run;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks the scripts with the real tools, on machines that have them. */
@Tag("slow")
class ToolsTest {

    private static final Path SCRIPTS = Sandbox.ROOT.resolve("knative/gke");
    private static final Path FAKES =
            Path.of("src/test/resources/dev/onnxfunction/gke/fake").toAbsolutePath();

    @TempDir private Path folder;

    @Test
    void shellcheckFindsNothing() throws Exception {
        List<String> command = new ArrayList<>(List.of(tool("shellcheck"), "--external-sources"));
        scripts().forEach(script -> command.add(script.toString()));

        Run run = new Sandbox(folder).run(Sandbox.ROOT, Map.of(), command);

        assertThat(command).hasSizeGreaterThan(15);
        assertThat(run.output()).isEmpty();
        assertThat(run.exit()).isZero();
    }

    /** A wrong option among them, too, because a check that finds nothing proves nothing. */
    @Test
    void gcloudKnowsEveryCommandAndOption() throws Exception {
        List<String> commands = new ArrayList<>(gcloudCommands());
        assertThat(commands).hasSizeGreaterThan(25);
        commands.add("gcloud container clusters create c --num-node=2");

        assertThat(faults(commands))
                .singleElement()
                .asString()
                .contains("unrecognized arguments: --num-node=2");
    }

    /** Setup applies the output of kustomize for the repository's files and its own values. */
    @Test
    void kustomizeBuildsWhatSetupApplies() throws Exception {
        Sandbox cloud = new Sandbox(folder);
        cloud.script("setup", "--project", "my-project", "--domain", "predict.example.org");
        Path applied = cloud.copy().resolve("knative/target/gke");

        assertThat(kustomize(applied.resolve("access")))
                .contains("  name: rollout\n  namespace: onnx-function\n")
                .doesNotContain("build-account")
                .satisfies(
                        access ->
                                assertThat(access.split("name: onnx-function-build@my-project"))
                                        .hasSize(3));
        assertThat(kustomize(applied.resolve("gateway")))
                .contains("- predict.example.org")
                .contains("hostname: onnx-function.onnx-function.svc.cluster.local")
                .containsPattern("pre-shared-certs: onnx-function-\\d+")
                .doesNotContain("value: address", "example.org\n  parentRefs: []");
        assertThat(kustomize(SCRIPTS.resolve("namespace"))).contains("egress: []");
        assertThat(kustomize(SCRIPTS.resolveSibling("keys")))
                .contains("visibility: cluster-local", "ACCESS_KEYS");
        assertThat(kustomize(SCRIPTS.resolveSibling("public")))
                .contains("ACCESS_KEYS")
                .doesNotContain("visibility");
    }

    private String kustomize(Path what) throws Exception {
        List<String> command = List.of(tool("kubectl"), "kustomize", what.toString());
        Run run = new Sandbox(folder).run(folder, Map.of(), command);
        assertThat(run.exit()).as(run.output()).isZero();
        return run.output();
    }

    /** The errors that the real gcloud reports for commands that it parses and does not run. */
    private List<String> faults(Collection<String> commands) throws Exception {
        String json =
                commands.stream()
                        .map(command -> "{\"command_string\": \"" + escaped(command) + "\"}")
                        .collect(Collectors.joining(",", "[", "]"));
        Path file = Files.writeString(folder.resolve("commands.json"), json);
        List<String> lint =
                List.of(tool("gcloud"), "meta", "lint-gcloud-commands", "--commands-file=" + file);
        // Python's collector would take a third of the time, and free no memory.
        Files.writeString(folder.resolve("sitecustomize.py"), "import gc\n\ngc.disable()\n");
        Map<String, String> environment =
                Map.of(
                        "CLOUDSDK_CONFIG", folder.toString(),
                        "CLOUDSDK_PYTHON_SITEPACKAGES", "1",
                        "PYTHONPATH", folder.toString());

        Run run = new Sandbox(folder).run(folder, environment, lint);

        Load load = new Load(LoadSettings.builder().build());
        List<?> results = (List<?>) load.loadFromString(run.output());
        assertThat(results).hasSameSizeAs(commands);
        return results.stream()
                .map(result -> (Map<?, ?>) result)
                .filter(result -> !Boolean.TRUE.equals(result.get("success")))
                .map(result -> result.get("command_string") + ": " + result.get("error_message"))
                .toList();
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** The commands of the dry runs and of the README, one for each set of options. */
    private Collection<String> gcloudCommands() throws Exception {
        Sandbox machine = new Sandbox(folder);
        List<String> setup =
                List.of("--project", "my-project", "--github", "me/it", "--public", "--dry-run");
        String text =
                machine.script("setup", setup.toArray(String[]::new)).output()
                        + machine.script("teardown", "--project", "my-project", "--dry-run")
                                .output()
                        + Files.readString(SCRIPTS.resolve("README.md"))
                        + Files.readString(SCRIPTS.resolveSibling("elsewhere.md"));
        return Pattern.compile("^(?:[?!]| {3,6}) (gcloud [^|\n]*)(?:\\|)?$", Pattern.MULTILINE)
                .matcher(text.replace("\\\n", " "))
                .results()
                .map(match -> match.group(1))
                .collect(toMap(ToolsTest::withoutValues, command -> command, (first, _) -> first))
                .values();
    }

    private static String withoutValues(String command) {
        return command.replaceAll("=('[^']*'|\\S*)", "");
    }

    private static Stream<Path> scripts() throws IOException {
        List<Path> scripts = new ArrayList<>();
        for (Path start : List.of(SCRIPTS, FAKES)) {
            try (Stream<Path> files = Files.walk(start)) {
                files.filter(Files::isExecutable)
                        .filter(Files::isRegularFile)
                        .forEach(scripts::add);
            }
        }
        return scripts.stream();
    }

    /** The path of the real tool; without it, the test is skipped with a message. */
    private static String tool(String name) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path tool = Path.of(folder, name);
            if (Files.isExecutable(tool)) {
                return tool.toString();
            }
        }
        String missing = "NOT TESTED with " + name + ": it is not on the PATH.";
        System.err.println(missing);
        return abort(missing);
    }
}
