package dev.onnxfunction.rollout.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code rollout simulate}, as in the README, with the packaged function. The longest simulations
 * start first, so that none of them runs alone at the end.
 */
@Execution(ExecutionMode.CONCURRENT)
@TestMethodOrder(OrderAnnotation.class)
class SimulateIT {

    private static final Pattern PROCESS = Pattern.compile("(\\S+-model) is process (\\d+)");
    private static final Pattern VARIES =
            Pattern.compile(" is process \\d+|Users ask http|Answered since|^.{10}… ");
    private static final List<String> IMAGE =
            List.of(Path.of("target", "image", "run").toAbsolutePath().toString());

    private static final List<String> JAR =
            List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    // Ends before C2 and G1 pay off, which take a third of the CPU.
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-jar",
                    Path.of("target", "rollout.jar").toAbsolutePath().toString());

    /** Where a test needs no more: each request takes more processor time than its prediction. */
    private static final String FEW_USERS = "--rate=10";

    private static final int LONG = 1;

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    @Order(LONG)
    void aBetterModelWinsAllTraffic() throws Exception {
        Process simulation =
                simulate("knative/demo/better.onnx", "--plan=10,50,100", "--hold=1s", FEW_USERS);
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
        Process simulation = simulate(JAR, "knative/demo/worse.onnx", "--plan=10,100", FEW_USERS);
        String output = output(simulation);

        assertThat(simulation.waitFor()).as(output).isEqualTo(4);
        assertThat(output)
                .contains(
                        "Gate 'RMSE': Its RMSE on training-notebook-export/model/evaluation.csv is"
                                + " 1.27 ×")
                .doesNotContain(" 10 % █")
                .contains(shownInReadme("RMSE  "));
        for (String scheme : List.of("light", "dark")) {
            assertThat(words(pictured("rollout-" + scheme + ".svg")))
                    .as("Run function/pictures/make, and commit what it writes.")
                    .isEqualTo(words(withoutWhatVaries(output)));
        }
    }

    /** The output that a picture of the README shows, without its command. */
    private static String pictured(String name) throws IOException {
        String picture = Files.readString(ROOT.resolve("function/pictures/" + name));
        List<String> lines = new ArrayList<>();
        Matcher text = Pattern.compile("<text [^>]*>(.*)</text>").matcher(picture);
        while (text.find()) {
            lines.add(text.group(1).replaceAll("<[^>]*>", ""));
        }
        assertThat(lines.removeFirst()).endsWith("simulate --candidate knative/demo/worse.onnx");
        return String.join("\n", lines).replace("&lt;", "<").replace("&gt;", ">");
    }

    /** The output as function/pictures/make draws it: no clock, no processes, no progress. */
    private static String withoutWhatVaries(String output) {
        return output.lines()
                .filter(line -> !VARIES.matcher(line).find())
                .map(line -> line.substring(Math.min(10, line.length())))
                .collect(Collectors.joining("\n"));
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+", -1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "overfitted | saw 0 of 97 +saw 97 of 97 +≥ 50 +FAILED: 0 left",
                "unproven   | Its card has no fingerprint of its training rows"
            })
    void aModelThatMayHaveSeenTheRowsIsRefused(String model, String pattern) throws Exception {
        Process simulation = simulate("knative/demo/" + model + ".onnx", FEW_USERS);
        String output = output(simulation);

        assertThat(simulation.waitFor()).as(output).isEqualTo(4);
        assertThat(output).containsPattern(pattern);
        if (model.equals("overfitted")) {
            assertThat(output).contains(shownInReadme("unseen rows  saw"));
        }
    }

    /**
     * This candidate is better on every row of the evaluation, but clients do not send what it
     * needs.
     */
    @Test
    @Order(LONG)
    void aCandidateThatPassesAllProbesIsRefusedByTheShadow() throws Exception {
        Process simulation =
                simulate(
                        "knative/demo/better.onnx",
                        "--plan=10,100",
                        "--live=knative/demo/worse.onnx",
                        "--evaluation=training-notebook-export/model/evaluation.csv",
                        "--shadow=100");
        String output = output(simulation);

        assertThat(simulation.waitFor()).as(output).isEqualTo(4);
        assertThat(output)
                .containsPattern("RMSE +7.088 +3.770, × 0.532 .* passed")
                .containsPattern("shift +0.7687 sd +≤ 1.104 sd +passed: limit from both RMSE")
                .contains(shownIn("knative/rollouts.md", "shadow errors  "))
                .contains(shownStop())
                .doesNotContain(" 10 % █", "count as those of clients", "does not know");
    }

    @Test
    @Order(LONG)
    void aCandidateWithAFeatureLessPassesTheShadowAndWins() throws Exception {
        Process simulation =
                simulate(
                        "knative/demo/without-b.onnx", "--plan=50,100", "--hold=0s", "--shadow=60");
        String output = output(simulation);

        assertThat(simulation.waitFor()).as(output).isZero();
        assertThat(output)
                .containsPattern("features +13 +12, without B +passed")
                .containsPattern("shadow errors +0 of \\d+ requests refused or failed .* passed");
    }

    @Test
    void aModelThatPassesTheGatesAndRefusesWhatUsersSendIsSentBack() throws Exception {
        Process simulation =
                simulate(
                        "knative/demo/better.onnx",
                        "--plan=10,50,100",
                        // The gates run every five seconds: at first, few users were served.
                        "--hold=10s",
                        "--live",
                        "knative/demo/without-b.onnx",
                        "--evaluation",
                        "training-notebook-export/model/evaluation.csv",
                        "--users",
                        "knative/demo/users.csv",
                        "--max-rmse-ratio",
                        "1.1");
        String output = output(simulation);

        assertThat(simulation.waitFor()).as(output).isEqualTo(4);
        assertThat(output)
                .contains("The gates are passed: 10 %.")
                .containsPattern("users: refused +0 of \\d+ +(\\d+) of \\1 +not more +FAILED")
                .contains("Gate 'users: refused': ")
                .doesNotContain(" 50 % ");
    }

    /** {@code cut -d, -f1-11,13}, as in the README. */
    @Test
    void theUsersSendWhatTheReadmeSays() throws IOException {
        List<String> rows = new ArrayList<>();
        for (String line :
                Files.readAllLines(ROOT.resolve("training-notebook-export/boston.csv"))) {
            List<String> cells = new ArrayList<>(List.of(line.split(",", -1)).subList(0, 13));
            cells.remove(11);
            rows.add(String.join(",", cells));
        }

        assertThat(Files.readAllLines(ROOT.resolve("knative/demo/users.csv"))).isEqualTo(rows);
    }

    @Test
    void ctrlCPutsTheTrafficBack() throws Exception {
        Process simulation =
                simulate("knative/demo/better.onnx", "--plan=10,100", "--hold=60s", FEW_USERS);
        StringBuilder output = new StringBuilder();
        try (var lines = simulation.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                if (line.contains(" 10 % █")) {
                    simulation.toHandle().destroy(); // SIGTERM
                }
            }
        }

        assertThat(simulation.waitFor()).as(output.toString()).isEqualTo(130);
        assertThat(output.toString()).contains("Stopped by SIGTERM. All traffic is on live-model");
    }

    @Test
    void anIdenticalModelPassesAndIsNotBlamedWhenLiveIsKilled() throws Exception {
        assertThat(
                        killAtHalf(
                                "live-model",
                                "training-notebook-export/model/model.onnx",
                                7,
                                "candidate-model did not fail. The traffic is left as it is:"
                                        + " candidate-model 50 %"))
                .contains("5.562, × 1.000 (1.000 … 1.000)");
    }

    @Test
    void theCandidateThatIsKilledIsBlamed() throws Exception {
        killAtHalf(
                "candidate-model",
                "knative/demo/better.onnx",
                4,
                "All traffic is on live-model; candidate-model is kept at 0 %.");
    }

    /** Kills one of the two when both have half of the traffic; returns the output. */
    private static String killAtHalf(String killed, String candidate, int exit, String end)
            throws Exception {
        Process simulation =
                simulate(candidate, "--plan=50,100", "--hold=1s", FEW_USERS, "--live-deadline=1s");
        List<ProcessHandle> victims = new ArrayList<>();
        StringBuilder output = new StringBuilder();
        try (var lines = simulation.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                Matcher process = PROCESS.matcher(line);
                if (process.find() && process.group(1).equals(killed)) {
                    ProcessHandle.of(Long.parseLong(process.group(2))).ifPresent(victims::add);
                }
                if (line.contains(" 50 % █") && line.contains("candidate-model")) {
                    victims.forEach(ProcessHandle::destroyForcibly);
                }
            }
        }

        assertThat(simulation.waitFor()).as(output.toString()).isEqualTo(exit);
        assertThat(output.toString().lines().toList())
                .last()
                .asString()
                .contains("Stopped. ", end)
                .doesNotContain(killed + " did not fail");
        return output.toString();
    }

    /** The end of the refusal in the README, which wraps it. */
    private static String shownStop() throws IOException {
        String page = Files.readString(ROOT.resolve("knative/rollouts.md"));
        String text = page.substring(page.indexOf("    Stopped. "));
        return text.substring(0, text.indexOf("\n\n")).strip().replaceAll("\n +", " ");
    }

    private static String shownInReadme(String begin) throws IOException {
        return shownIn("README.md", begin);
    }

    /** The line of a table in a README that begins with a text. */
    private static String shownIn(String page, String begin) throws IOException {
        return Files.readAllLines(ROOT.resolve(page)).stream()
                .map(String::strip)
                .filter(line -> line.startsWith(begin))
                .findFirst()
                .orElseThrow();
    }

    private static Process simulate(String candidate, String... more) throws IOException {
        return simulate(IMAGE, candidate, more);
    }

    private static Process simulate(List<String> rollout, String candidate, String... more)
            throws IOException {
        List<String> command = new ArrayList<>(rollout);
        command.addAll(
                List.of(
                        "simulate",
                        "--candidate",
                        candidate,
                        "--set",
                        "JDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1",
                        // On a loaded machine, a p99 means nothing.
                        "--p99-slack",
                        "1m",
                        "--requests",
                        "100"));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static String output(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
