package dev.onnxfunction.rollout.cli;

import static dev.onnxfunction.rollout.cli.Terminal.FIRST;
import static dev.onnxfunction.rollout.cli.Terminal.SECOND;
import static dev.onnxfunction.rollout.cli.Terminal.SERVICE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.cluster.FakeJobs;
import dev.onnxfunction.rollout.cluster.LiveCluster;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.batch.v1.Job;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Whole rollouts as Jobs, whose pods run the real command. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
@Tag("slow")
class JobTest {

    private static final String RUNNER = "example.com/rollout@sha256:" + "a".repeat(64);

    private Terminal terminal;
    private LiveCluster cluster;
    private FakeJobs jobs;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        terminal = new Terminal(folder);
        cluster = terminal.cluster();
        jobs = cluster.runJobs(folder, Terminal::run);
    }

    @AfterEach
    void stop() {
        terminal.close();
    }

    @Test
    void theJobRollsOutAndItsLogAndExitCodeAreThoseOfTheCommand() throws Exception {
        assertThat(deploy(FIRST)).as(terminal.said()).isZero();
        long second = Instant.now().getEpochSecond();

        assertThat(cluster.routed(SERVICE)).isEqualTo(Map.of(SERVICE + "-11111111", 100));
        assertThat(terminal.said())
                .contains("The Job onnx-function-deploy-", "'rollout attach onnx-function'")
                .contains("There is no Service of this name: it is created.", "is live now.");
        ConfigMap files = cluster.configMaps().getFirst();
        Job job = cluster.jobs().getFirst();
        assertThat(files.getBinaryData()).containsOnlyKeys("evaluation", "file");
        assertThat(files.getMetadata().getOwnerReferences().getFirst().getUid())
                .isEqualTo(job.getMetadata().getUid());
        assertThat(job.getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs())
                .startsWith("deploy", SERVICE, "--namespace=models")
                .contains("--evaluation=/files/evaluation", "--file=/files/file", "--plan=50,100")
                .noneMatch(each -> each.contains("in-cluster"));

        terminal.ingress().serve("candidate-", FakeFunction.of("m@1", _ -> 99));
        terminal.clear();
        // An API server stores only the second in which a Job was created.
        await(() -> Instant.now().getEpochSecond() > second);
        assertThat(deploy(SECOND)).as(terminal.said()).isEqualTo(4);

        assertThat(terminal.said()).contains("FAILED");
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-11111111", 100);
        assertThat(jobs.podsStarted()).as("no pod repeats what was decided").isEqualTo(2);

        terminal.clear();
        assertThat(run("attach", SERVICE)).isEqualTo(4);
        assertThat(terminal.said()).contains("FAILED");
    }

    /** Six pods are killed one after the other, each one line later than the previous one. */
    @Test
    void podsThatDieAreReplacedByOthersThatResume() {
        assertThat(deploy(FIRST)).as(terminal.said()).isZero();
        AtomicInteger pods = new AtomicInteger();
        jobs =
                cluster.runJobs(
                        folder,
                        (arguments, environment, out) ->
                                mortal(arguments, environment, out, pods.incrementAndGet()));
        terminal.clear();

        assertThat(deploy(SECOND)).as(terminal.said()).isZero();

        assertThat(pods.get()).isEqualTo(7);
        assertThat(terminal.said())
                .contains("ended with 137: another one resumes.", "This rollout is under way")
                .containsOnlyOnce("onnx-function-22222222 becomes the candidate");
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-22222222", 100);
    }

    private static int mortal(
            List<String> arguments, Map<String, String> environment, PrintStream out, int lines) {
        if (lines > 6) {
            return Terminal.run(arguments, environment, out);
        }
        try {
            return Terminal.run(arguments, environment, new Mortal(out, lines));
        } catch (Killed e) {
            return 137;
        }
    }

    /** An error, so that no code catches it and continues. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Kills the command after this number of lines. */
    private static final class Mortal extends PrintStream {

        private int left;

        private Mortal(PrintStream out, int lines) {
            super(out, true, StandardCharsets.UTF_8);
            left = lines;
        }

        @Override
        public void println(String line) {
            super.println(line);
            left--;
            if (left == 0) {
                throw new Killed();
            }
        }
    }

    @Test
    void theSameCommandAgainFollowsTheJobThatIsUnderWay() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger pods = new AtomicInteger();
        jobs =
                cluster.runJobs(
                        folder,
                        (arguments, environment, out) -> {
                            pods.incrementAndGet();
                            out.println("waiting for the other one");
                            go.await();
                            return Terminal.run(arguments, environment, out);
                        });
        CompletableFuture<Integer> first =
                CompletableFuture.supplyAsync(() -> deploy(FIRST), Thread::startVirtualThread);
        CompletableFuture<Integer> second =
                CompletableFuture.supplyAsync(() -> deploy(FIRST), Thread::startVirtualThread);
        await(() -> terminal.said().split("waiting for the other one", -1).length == 3);
        go.countDown();

        assertThat(first.get(300, TimeUnit.SECONDS)).as(terminal.said()).isZero();
        assertThat(second.get(300, TimeUnit.SECONDS)).as(terminal.said()).isZero();
        assertThat(pods.get()).isEqualTo(1);
        assertThat(terminal.said()).containsOnlyOnce("already runs the same command");
        assertThat(cluster.jobs()).hasSize(1);

        assertThat(deploy(FIRST)).as("a finished Job is replaced").isZero();
        assertThat(pods.get()).isEqualTo(2);
        assertThat(cluster.jobs()).hasSize(1);
        assertThat(terminal.said()).contains("there is nothing to do");
    }

    @Test
    void whatCannotBeDoneInTheClusterIsRefusedBeforeThereIsAJob() throws IOException {
        assertThat(deploy(FIRST, "--header-env", "Authorization=PATH")).isEqualTo(3);
        assertThat(terminal.said()).contains("A Job takes the keys from the Secrets");
        assertThat(deploy(FIRST, "--volume", "rows", "--evaluation", "/volume/rows.csv"))
                .as("the option is given twice")
                .isEqualTo(2);
        Files.writeString(terminal.evaluation(), "x,y\n" + "1,2\n".repeat(300_000));
        terminal.clear();
        assertThat(deploy(FIRST)).as(terminal.said()).isEqualTo(3);
        assertThat(terminal.said())
                .contains("have 1,2", "a ConfigMap, which holds 1,048,576", "--volume CLAIM");
        assertThat(run("abort", SERVICE, "--volume", "rows")).isEqualTo(3);
        assertThat(run("attach", SERVICE)).isEqualTo(3);
        assertThat(terminal.said()).contains("The namespace models has no Job for onnx-function");
        assertThat(cluster.jobs()).isEmpty();
        assertThat(cluster.configMaps()).isEmpty();
    }

    @Test
    void otherCommandsRunAsJobsToo() {
        deploy(FIRST);
        deploy(SECOND);

        assertThat(run("rollback", SERVICE, "--in-cluster", RUNNER)).as(terminal.said()).isZero();
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-11111111", 100);
        assertThat(run("rollback", SERVICE, "--in-cluster", RUNNER)).as(terminal.said()).isZero();
        assertThat(cluster.routed(SERVICE)).containsEntry(SERVICE + "-22222222", 100);
        terminal.clear();
        assertThat(run("status", SERVICE, "--in-cluster", RUNNER)).as(terminal.said()).isZero();
        assertThat(terminal.said()).contains("100 %  onnx-function-22222222");
        assertThat(run("abort", SERVICE, "--in-cluster", RUNNER)).as(terminal.said()).isZero();
        assertThat(run("promote", SERVICE, "--in-cluster", RUNNER)).isEqualTo(3);
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private int deploy(String image, String... more) {
        String manifest = Path.of("base", "service.yaml").toString();
        List<String> arguments = terminal.deploying(manifest, image);
        arguments.addAll(List.of("--in-cluster", RUNNER));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return terminal.run(List.of(arguments), Map.of());
    }
}
