package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.cluster.FaultyApi.Fault;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.job.JobResult;
import dev.onnxfunction.rollout.job.Jobs.Submitted;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Jobs are created completely or not at all, and their output arrives completely, whatever fails.
 */
@Tag("slow")
class SubmissionTest {

    private static final List<String> LINES =
            IntStream.range(0, 40).mapToObj(number -> "line " + number).toList();

    private TestCluster cluster;
    private FakeJobs jobs;
    private Submission submission;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster();
        jobs =
                cluster.jobs(
                        folder,
                        (_, _, out) -> {
                            LINES.forEach(out::println);
                            return 4;
                        });
        submission = new Submission(cluster, jobs);
    }

    @AfterEach
    void stop() {
        jobs.close();
        cluster.close();
    }

    @Test
    void theJobIsWhatARestrictedNamespaceAdmitsAndItsVerdictIsNotTriedAgain() throws Exception {
        Submitted submitted = submission.submit("one");

        JobSpec spec = submitted.job().getSpec();
        PodSpec pod = spec.getTemplate().getSpec();
        var container = pod.getContainers().getFirst();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                .isEqualTo("RuntimeDefault");
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getCapabilities().getDrop())
                .containsExactly("ALL");
        assertThat(pod.getRestartPolicy())
                .as("otherwise no failure policy applies")
                .isEqualTo("Never");
        assertThat(spec.getPodFailurePolicy().getRules().getFirst().getAction())
                .isEqualTo("Ignore");
        assertThat(spec.getPodFailurePolicy().getRules().getLast().getOnExitCodes().getValues())
                .containsExactly(2, 3, 4, 5, 7, 130);
        assertThat(submitted.job().getMetadata().getName()).hasSizeLessThan(64);
    }

    /**
     * Whoever submits a Job is killed or disconnected at any call: submitting again completes it.
     */
    @ParameterizedTest
    @EnumSource
    void whateverCallFailsTheSameAgainGoesThrough(Fault fault) throws Exception {
        for (int call = 0; call < 2; call++) {
            String argument = fault.name() + call;
            cluster.api.breakAt(call, fault, false);
            try {
                submission.submit(argument);
            } catch (PlatformException e) {
                assertThat(e.problem()).contains("The API server");
            }
            cluster.api.heal();

            assertThat(submission.run(argument).code()).isEqualTo(4);
        }
    }

    /** Every line arrives once and in order, wherever the connection breaks. */
    @ParameterizedTest
    @EnumSource(names = {"ERROR_500", "DROPPED_BEFORE", "TIMEOUT"})
    void aLogThatIsCutGoesOnWhereItWas(Fault fault) throws Exception {
        for (int call = 0; call < 6; call++) {
            Submission one = new Submission(cluster, jobs);
            Submitted submitted = one.submit(fault.name() + call);
            cluster.api.breakAt(call, fault, false);

            assertThat(one.follow(submitted).code()).isEqualTo(4);

            assertThat(one.said().lines().filter(line -> line.startsWith("line")))
                    .containsExactlyElementsOf(LINES);
        }
    }

    @Test
    void anApiServerThatStaysAwayDoesNotEndTheJob() throws Exception {
        Submitted submitted = submission.submit("one");
        cluster.hurry = 60;
        cluster.api.breakAt(0, Fault.ERROR_500, true);

        JobResult end = submission.follow(submitted);

        assertThat(end.code()).isEqualTo(6);
        assertThat(end.message()).contains("continues: 'rollout attach f' follows it.");
        cluster.api.heal();
        assertThat(submission.follow(submitted).code()).isEqualTo(4);
    }

    @Test
    void aPodThatMayNotBeMadeIsReportedAndTheJobRemoved() throws Exception {
        jobs.refuse(
                "pods \"f\" is forbidden: error looking up service account models/rollout:"
                        + " serviceaccount \"rollout\" not found");

        JobResult end = submission.run("one");

        assertThat(end.code()).isEqualTo(3);
        assertThat(end.message())
                .contains("serviceaccount \"rollout\" not found", "Apply knative/access")
                .contains("The Job was removed, and nothing was changed.");
        assertThat(cluster.client().batch().v1().jobs().list().getItems()).isEmpty();

        jobs.refuse("pods \"f\" is forbidden: exceeded quota: small");
        assertThat(submission.run("two").message()).contains("Raise the namespace's quota");
    }

    @Test
    void anImageThatIsNotThereIsReportedAndTheJobRemoved() throws Exception {
        jobs.refuseImages("manifest unknown");

        JobResult end = submission.run("one");

        assertThat(end.code()).isEqualTo(3);
        assertThat(end.message()).contains("ImagePullBackOff: manifest unknown", "--in-cluster");
        assertThat(cluster.client().batch().v1().jobs().list().getItems()).isEmpty();
        assertThat(cluster.client().configMaps().list().getItems())
                .as("the garbage collector of a real cluster removes it with its owner")
                .allMatch(map -> map.getMetadata().getOwnerReferences().size() == 1);
    }

    @Test
    void aJobThatIsGivenUpSaysWhatToDo() throws Exception {
        FakeJobs crashing = cluster.jobs(folder, (_, _, _) -> 137);

        JobResult end = new Submission(cluster, crashing).run("one");

        assertThat(end.code()).isEqualTo(6);
        assertThat(end.message()).contains("BackoffLimitExceeded", "rollout abort");
        assertThat(crashing.podsStarted()).isEqualTo(7);
    }

    @Test
    void aJobThatSomebodyRemovesIsNotWaitedFor() throws Exception {
        Submitted submitted = submission.submit("one");
        cluster.client().batch().v1().jobs().resource(submitted.job()).delete();

        assertThat(submission.follow(submitted).message()).contains("Somebody removed the Job");
    }
}
