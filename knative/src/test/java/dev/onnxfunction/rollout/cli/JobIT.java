package dev.onnxfunction.rollout.cli;

import static dev.onnxfunction.rollout.cli.Terminal.FIRST;
import static dev.onnxfunction.rollout.cli.Terminal.SECOND;
import static dev.onnxfunction.rollout.cli.Terminal.SERVICE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.onnxfunction.rollout.cluster.LiveCluster;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import java.io.IOException;
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
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class JobIT {

    private Terminal terminal;
    private LiveCluster cluster;
    private Path kubeconfig;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        terminal = new Terminal(folder);
        cluster = terminal.cluster();
        kubeconfig = Kubeconfig.of(cluster.address(), folder);
    }

    @AfterEach
    void stop() {
        terminal.close();
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
                    return Terminal.run(arguments, environment, out);
                });
        Process submit =
                rollout(Map.of(), deploy(FIRST, "0s", "--in-cluster", "example.com/rollout:1"));
        assertThat(started.await(300, TimeUnit.SECONDS)).isTrue();

        submit.destroyForcibly();
        assertThat(submit.waitFor(300, TimeUnit.SECONDS)).isTrue();
        killed.countDown();

        assertThat(said("attach", SERVICE)).contains("the pod runs", "is live now.");
        assertThat(cluster.routed(SERVICE)).isEqualTo(Map.of(SERVICE + "-11111111", 100));
    }

    @Test
    void aPodThatIsApprovedAndToldToGoWritesNothingAndTheNextOneResumes() throws Exception {
        assertThat(said(deploy(FIRST, "0s"))).contains("is live now.");
        Map<String, String> job =
                Map.of("ROLLOUT_ID", "12ab34cd", "ROLLOUT_BEGUN", "2099-01-01T00:00:00Z");
        Process pod = rollout(job, deploy(SECOND, "10m", "--approval", "1h"));
        readUntil(pod, "waits for 'rollout approve'");
        assertThat(said("status", SERVICE)).contains("waits for 'rollout approve'");
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-11111111", 100);
        assertThat(said("approve", SERVICE)).contains("Approved: 50 %.");
        await(() -> cluster.routed(SERVICE).getOrDefault(SERVICE + "-22222222", 0) == 50);

        pod.toHandle().destroy();

        readUntil(pod, "SIGTERM: this pod ends and writes nothing.");
        assertThat(pod.waitFor()).isEqualTo(143);
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-22222222", 50);

        Process next = rollout(job, deploy(SECOND, "10m"));
        readUntil(next, "This rollout is under way: it resumes at 50 %.");
        assertThat(said("promote", SERVICE)).contains("is live now.");
        assertThat(next.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(next.exitValue()).isZero();
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-22222222", 100);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private String[] deploy(String image, String hold, String... more) {
        List<String> command =
                new ArrayList<>(List.of("deploy", "-f", "base/service.yaml", "--image", image));
        command.addAll(
                List.of(
                        "--via",
                        "127.0.0.1:" + terminal.ingress().address().getPort(),
                        "--plan",
                        "50,100"));
        command.addAll(List.of("--hold", hold, "--requests", "100", "--p99-slack", "1m"));
        command.addAll(List.of(more));
        return command.toArray(String[]::new);
    }

    private Process rollout(Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("target/image/run"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The output of a command that runs here. */
    private String said(String... arguments) {
        terminal.clear();
        assertThat(terminal.run(List.of(arguments), Map.of())).as(terminal.said()).isZero();
        return terminal.said();
    }

    /** Reads a process's output up to a line with a text. */
    private static void readUntil(Process process, String text) throws IOException {
        var reader = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder read = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            read.append(line).append('\n');
            if (line.contains(text)) {
                return;
            }
        }
        fail("It ended without '%s': %s", text, read);
    }
}
