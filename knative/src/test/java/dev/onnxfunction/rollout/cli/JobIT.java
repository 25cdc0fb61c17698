package dev.onnxfunction.rollout.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.cluster.LiveCluster;
import dev.onnxfunction.rollout.testing.FakeIngress;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Real processes: one that submits a Job is killed, and one that is a pod gets SIGTERM. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no image of Windows")
class JobIT {

    private static final String SERVICE = "onnx-function";
    private static final String FIRST = "example.com/f@sha256:" + "1".repeat(64);
    private static final String SECOND = "example.com/f@sha256:" + "2".repeat(64);

    private LiveCluster cluster;
    private FakeIngress ingress;
    private Path kubeconfig;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        cluster = new LiveCluster();
        ingress = new FakeIngress();
        for (String host : List.of("live-", "candidate-")) {
            ingress.serve(host, FakeFunction.of("m@1", row -> 2 * row.path("x").doubleValue()));
        }
        kubeconfig = Kubeconfig.of(cluster.address(), folder);
    }

    @AfterEach
    void stop() {
        ingress.close();
        cluster.close();
    }

    @Test
    void theJobGoesOnWhenItsCommandIsKilledAndCanBeFollowedAgain() throws Exception {
        CountDownLatch killed = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        cluster.runJobs(
                folder,
                (arguments, environment, out) -> {
                    out.println("the pod runs");
                    started.countDown();
                    killed.await();
                    return pod(arguments, environment, out);
                });
        Process submit =
                rollout(Map.of(), deploy(FIRST, "0s", "--in-cluster", "example.com/rollout:1"));
        assertThat(started.await(300, TimeUnit.SECONDS)).isTrue();

        submit.destroyForcibly();
        assertThat(submit.waitFor(300, TimeUnit.SECONDS)).isTrue();
        killed.countDown();

        Process attach = rollout(Map.of(), List.of("attach", SERVICE));
        assertThat(output(attach)).contains("the pod runs", "is live now.");
        assertThat(attach.waitFor()).isZero();
        assertThat(cluster.routed(SERVICE)).isEqualTo(Map.of(SERVICE + "-11111111", 100));
    }

    @Test
    void aPodThatIsApprovedAndToldToGoWritesNothingAndTheNextOneResumes() throws Exception {
        Process first = rollout(Map.of(), deploy(FIRST, "0s"));
        assertThat(output(first)).contains("is live now.");
        Map<String, String> job =
                Map.of("ROLLOUT_ID", "12ab34cd", "ROLLOUT_BEGUN", "2099-01-01T00:00:00Z");
        Process pod = rollout(job, deploy(SECOND, "10m", "--approval", "1h"));
        await(() -> said("status").contains("waits for 'rollout approve'"));
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-11111111", 100);
        assertThat(said("approve")).contains("Approved: 50 %.");
        await(() -> cluster.routed(SERVICE).getOrDefault(SERVICE + "-22222222", 0) == 50);

        pod.toHandle().destroy(); // Its output is read later.

        assertThat(output(pod)).contains("SIGTERM: this pod ends and writes nothing.");
        assertThat(pod.waitFor()).isEqualTo(143);
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-22222222", 50);

        Process next = rollout(job, deploy(SECOND, "10m"));
        assertThat(firstLines(next)).contains("This rollout is under way: it resumes at 50 %.");
        Process promote = rollout(Map.of(), List.of("promote", SERVICE));
        assertThat(output(promote)).contains("is live now.");
        assertThat(next.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(next.exitValue()).isZero();
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-22222222", 100);
    }

    private int pod(List<String> arguments, Map<String, String> environment, PrintStream out)
            throws InterruptedException {
        try {
            Process process = rollout(environment, arguments);
            process.inputReader(StandardCharsets.UTF_8).lines().forEach(out::println);
            return process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private List<String> deploy(String image, String hold, String... more) {
        List<String> command =
                new ArrayList<>(List.of("deploy", "-f", "base/service.yaml", "--image", image));
        command.addAll(
                List.of("--via", "127.0.0.1:" + ingress.address().getPort(), "--plan", "50,100"));
        command.addAll(List.of("--hold", hold, "--requests", "100", "--p99-slack", "1m"));
        command.addAll(List.of(more));
        return command;
    }

    private Process rollout(Map<String, String> environment, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("target/image/run"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The output of a command about the Service. */
    private String said(String command) {
        try {
            return output(rollout(Map.of(), List.of(command, SERVICE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first line about the progress. */
    private static String firstLines(Process process) throws IOException {
        var reader = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder lines = new StringBuilder();
        String line = reader.readLine();
        while (line != null) {
            lines.append(line).append('\n');
            if (line.contains("under way")) {
                return lines.toString();
            }
            line = reader.readLine();
        }
        return lines.toString();
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
