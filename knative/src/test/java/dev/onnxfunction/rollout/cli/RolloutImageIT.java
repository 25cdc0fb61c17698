package dev.onnxfunction.rollout.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.cluster.LiveCluster;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The layout of the rollout's image, as built, and copied to another folder. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no image of Windows")
class RolloutImageIT {

    private static final Path LAYOUT = Path.of("target", "image");

    @TempDir private Path folder;

    @Test
    void itTakesItsClassesFromTheCacheWhereverItIs() throws Exception {
        Path copy = copyOfTheLayout();
        try (LiveCluster cluster = new LiveCluster()) {
            Path kubeconfig = Kubeconfig.of(cluster.address(), folder);
            Path loaded = folder.resolve("loaded");
            String options = "-XX:AOTMode=on -Xlog:class+load:file=" + loaded;

            Process status =
                    run(
                            copy,
                            Map.of(
                                    "KUBECONFIG",
                                    kubeconfig.toString(),
                                    "JDK_JAVA_OPTIONS",
                                    options),
                            "status",
                            "onnx-function");

            assertThat(output(status)).contains("There is no Service onnx-function.");
            assertThat(status.waitFor()).isEqualTo(3);
            assertThat(Files.readAllLines(loaded))
                    .filteredOn(line -> line.contains(" dev.onnxfunction."))
                    .hasSizeGreaterThan(50)
                    // picocli's interfaces, whose class files are too old for the cache.
                    .filteredOn(line -> !line.contains("shared objects file"))
                    .hasSizeLessThan(10);
        }
    }

    @Test
    void itSaysItsVersion() throws Exception {
        assertThat(output(run(Path.of("target/image"), Map.of(), "--version")))
                .matches("rollout \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    @Test
    void itSaysWhatStartsTheFunctionOfASimulation() throws Exception {
        Process simulate =
                run(
                        LAYOUT,
                        Map.of(),
                        "simulate",
                        "--candidate=demo/better.onnx",
                        "--live=demo/worse.onnx",
                        "--function=target/rollout.jar");

        assertThat(output(simulate).lines())
                .singleElement()
                .asString()
                .contains("There is no executable file target/rollout.jar. ")
                .endsWith("or give the file 'run' of its layout with --function.");
        assertThat(simulate.waitFor()).isEqualTo(3);
    }

    /** Relative paths start at the folder in which the command is called. */
    @Test
    void itRollsOutWhatThePathsOfTheCallerName() throws Exception {
        try (LiveCluster cluster = new LiveCluster()) {
            Path kubeconfig = Kubeconfig.of(cluster.address(), folder);

            Process deploy =
                    run(
                            LAYOUT,
                            Map.of("KUBECONFIG", kubeconfig.toString()),
                            "deploy",
                            "--dry-run",
                            "-f",
                            "base/service.yaml",
                            "--image",
                            "example.com/f@sha256:" + "1".repeat(64));

            assertThat(output(deploy)).contains("onnx-function-11111111 is live now.");
            assertThat(deploy.waitFor()).isZero();
            assertThat(cluster.writes()).isZero();
        }
    }

    /** The same entry point as in the Dockerfile, so that this tests what runs there. */
    @Test
    void theDockerfileStartsItLikeTheLayout() throws Exception {
        String file = Files.readString(Path.of("..", "function", "Dockerfile"));
        String stage = file.substring(file.indexOf("AS rollout\n"));
        String entry = stage.substring(stage.indexOf("ENTRYPOINT"));
        entry = entry.substring(0, entry.indexOf("]\n"));
        String words = entry.replaceAll("[\\[\\]\",\\\\]|ENTRYPOINT", " ").strip();
        String script =
                Files.readString(LAYOUT.resolve("run"))
                        .replaceAll("(?s).*exec (.*) \"\\$@\".*", "$1")
                        .replaceAll("[\"\\\\]", "")
                        .replace("$here", "/rollout");
        assertThat(words.split("\\s+")).containsExactly(script.split("\\s+"));
    }

    private Path copyOfTheLayout() throws Exception {
        Path copy = folder.resolve("copy");
        try (Stream<Path> files = Files.walk(LAYOUT)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        copy.resolve(LAYOUT.relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return copy;
    }

    private static Process run(Path layout, Map<String, String> environment, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(layout.resolve("run").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String output(Process process) throws Exception {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
