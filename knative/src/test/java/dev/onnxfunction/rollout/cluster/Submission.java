package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.job.JobContext;
import dev.onnxfunction.rollout.job.JobFollower;
import dev.onnxfunction.rollout.job.JobRequest;
import dev.onnxfunction.rollout.job.JobResult;
import dev.onnxfunction.rollout.job.Jobs;
import dev.onnxfunction.rollout.job.Jobs.Submitted;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Submits Jobs to a cluster whose clock advances with each wait. */
final class Submission {

    private static final String IMAGE = "example.com/rollout@sha256:12ab";

    private final TestCluster cluster;
    private final FakeJobs fake;
    private final Sleeper sleeper;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    Submission(TestCluster cluster, FakeJobs fake) {
        this.cluster = cluster;
        this.fake = fake;
        this.sleeper =
                time -> {
                    cluster.pass(time);
                    fake.reconcile();
                    fake.awaitPods();
                };
    }

    /** Every call that submitting and following can make. */
    void everything() throws Exception {
        assertThat(run("one").code()).isZero();
        assertThat(run("one").code()).isZero(); // The finished Job is removed.
        assertThat(new Jobs(cluster.client(), sleeper).newest(FakeKnative.NAMESPACE, "f"))
                .isPresent();
        fake.refuse("serviceaccount \"rollout\" not found");
        assertThat(run("two").code()).isEqualTo(3);
    }

    /** Submits a command and follows it to its end. */
    JobResult run(String argument) throws Exception {
        Submitted submitted = submit(argument);
        return follow(submitted);
    }

    Submitted submit(String argument) throws Exception {
        return new Jobs(cluster.client(), sleeper).submit(order(argument));
    }

    JobResult follow(Submitted submitted) throws Exception {
        return new JobFollower(
                        cluster.client(),
                        cluster.clock(),
                        sleeper,
                        new PrintStream(output, true, StandardCharsets.UTF_8))
                .follow(submitted.job(), submitted.isNew());
    }

    String said() {
        return output.toString(StandardCharsets.UTF_8);
    }

    static JobRequest order(String argument) {
        return new JobRequest(
                FakeKnative.NAMESPACE,
                "f",
                IMAGE,
                List.of("deploy", "f", argument),
                Map.of("evaluation", "x,y\n1,2\n".getBytes(StandardCharsets.UTF_8)),
                null,
                JobContext.now("12ab34cd"),
                null);
    }
}
