package dev.onnxfunction.rollout.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The packaged command, which finds its cluster as kubectl does. */
class RolloutJarIT {

    @TempDir private Path folder;

    @Test
    void aClusterThatIsNotThereIsReported() throws Exception {
        Process status =
                rollout(Kubeconfig.of("http://127.0.0.1:1", folder), "status", "onnx-function");

        assertThat(output(status))
                .contains("The API server cannot be reached: ")
                .contains("ConnectException")
                .hasLineCount(1);
        assertThat(status.waitFor()).isEqualTo(6);
    }

    private static Process rollout(Path kubeconfig, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                // Ends before C2 and G1 pay off, which take a third of the CPU.
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-jar",
                                Path.of("target", "rollout.jar").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        return builder.start();
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
