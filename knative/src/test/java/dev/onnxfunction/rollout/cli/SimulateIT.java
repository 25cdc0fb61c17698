package dev.onnxfunction.rollout.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code java -jar rollout.jar simulate}, as the README shows it, with the packaged function. */
class SimulateIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void aBetterModelWinsAllTraffic() throws Exception {
        Process simulation = simulate("knative/demo/better.onnx", "1s");
        String output = output(simulation);

        assertThat(simulation.waitFor()).as(output).isZero();
        assertThat(output)
                .containsSubsequence(
                        "  0 % ········································ candidate-model"
                                + " (candidate)",
                        "5.562",
                        " 10 % ████···",
                        " 50 % ████████████████████···",
                        "100 % ████████████████████████████████████████ candidate-model"
                                + " (candidate)",
                        "100 % ████████████████████████████████████████ candidate-model (live)",
                        "Done. ")
                .doesNotContain("FAILED")
                .containsPattern("Answered since the last step: candidate-model \\d+, live-model")
                .contains("failed 0");
        assertThat(simulation.toHandle().descendants()).isEmpty();
    }

    @Test
    void aWorseModelIsRefusedBeforeItHasAnyTraffic() throws Exception {
        Process simulation = simulate("knative/demo/worse.onnx", "1s");
        String output = output(simulation);

        assertThat(simulation.waitFor()).as(output).isEqualTo(4);
        assertThat(output)
                .contains(
                        "Gate 'RMSE': Its RMSE on training-notebook-export/model/evaluation.csv is"
                                + " 1.28 ×")
                .doesNotContain(" 10 % ");
    }

    @Test
    void ctrlCPutsTheTrafficBack() throws Exception {
        Process simulation = simulate("knative/demo/better.onnx", "60s");
        StringBuilder output = new StringBuilder();
        try (var lines = simulation.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                if (line.contains(" 10 % ")) {
                    simulation.toHandle().destroy(); // SIGTERM
                }
            }
        }

        assertThat(simulation.waitFor()).as(output.toString()).isEqualTo(130);
        assertThat(output.toString()).contains("Stopped by SIGTERM. All traffic is on live-model");
    }

    private static Process simulate(String candidate, String hold) throws IOException {
        assertThat(ROOT.resolve("function/target/function.jar"))
                .as("what the module 'function' packages; build all modules with ./mvnw verify")
                .exists();
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        Path.of("target", "rollout.jar").toAbsolutePath().toString(),
                        "simulate",
                        "--candidate",
                        candidate,
                        "--plan",
                        "10,50,100",
                        // Where a build has the cores, a p99 says nothing.
                        "--p99-slack",
                        "1s",
                        "--hold",
                        hold);
        return new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static String output(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
