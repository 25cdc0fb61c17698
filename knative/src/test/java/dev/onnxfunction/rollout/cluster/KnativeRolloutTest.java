package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.onnxfunction.rollout.cluster.FakeKnative.Fate;
import dev.onnxfunction.rollout.drive.Driver;
import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State;

import io.fabric8.knative.serving.v1.RevisionTemplateSpec;
import io.fabric8.knative.serving.v1.RevisionTemplateSpecBuilder;
import io.fabric8.knative.serving.v1.ServiceBuilder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Map;

/** Whole rollouts against an API server with a fake of Knative's reconciler. */
class KnativeRolloutTest extends ClusterTest {

    @Test
    void aGoodCandidateWinsAllTraffic() {
        assertThat(cluster.deploy(name, name + "-2", cluster.passing())).isEqualTo(Exit.DONE);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-2", 100, name + "-1", 0));
        assertThat(cluster.said()).contains("  10 % ").contains(" 100 % ").contains("(previous)");
    }

    @Test
    void aCandidateThatFailsAtTenPerCentLosesThem() {
        assertThat(cluster.deploy(name, name + "-2", cluster.failingAt(1)))
                .isEqualTo(Exit.RETURNED);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100, name + "-2", 0));
        assertThat(cluster.said()).contains("Gate 'test': It failed.");
    }

    @Test
    void gatesThatEndWithADefectLeaveNoTrafficOnTheCandidate() {
        Gates gates =
                (running, _) -> {
                    if (running.stage() == 1) {
                        throw new IllegalStateException("What nobody thought of.");
                    }
                    return new Passed(running.stage(), cluster.clock().instant());
                };

        assertThat(cluster.deploy(name, name + "-2", gates)).isEqualTo(Exit.RETURNED);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100, name + "-2", 0));
        assertThat(cluster.said()).contains("a defect of this command", "What nobody thought of.");
    }

    /** The gates pass again and again meanwhile, and the Service can be read. */
    @Test
    @Timeout(300)
    void writesThatFailForThirtySecondsEndTheRollout() {
        cluster.api.overloaded =
                call ->
                        call.startsWith("PUT")
                                && cluster.said().contains("10 % ██")
                                && !cluster.said().contains("The rollout cannot continue");
        try {
            assertThat(cluster.deploy(name, name + "-2", cluster.passing()))
                    .isEqualTo(Exit.RETURNED);
        } finally {
            cluster.api.overloaded = _ -> false;
        }

        assertThat(cluster.said())
                .containsOnlyOnce("100 %. But the write may have failed: ")
                .containsOnlyOnce("the write is repeated: The API server answers 500");
        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100, name + "-2", 0));
    }

    @Test
    void aBrokenRevisionNeverGetsTrafficAndItsReasonIsShown() {
        cluster.knative.decide(name + "-2", Fate.BROKEN);

        assertThat(cluster.deploy(name, name + "-2", cluster.passing())).isEqualTo(Exit.RETURNED);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100));
        assertThat(cluster.knative.revisions(name)).contains(name + "-2");
        assertThat(cluster.said()).contains("ExitCode1: … Because of the test.");
    }

    @Test
    void aRevisionThatIsNeverReadyRunsOutOfTime() {
        cluster.knative.decide(name + "-2", Fate.STARTING);

        assertThat(cluster.deploy(name, name + "-2", cluster.passing())).isEqualTo(Exit.RETURNED);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100));
        assertThat(cluster.said()).contains("It was not ready within 60 s");
    }

    @Test
    void aRevisionThatBreaksUnderTrafficLosesIt() {
        Gates gates =
                (running, _) -> {
                    if (running.stage() == 1) {
                        cluster.knative.decide(name + "-2", Fate.BROKEN);
                    }
                    return new Passed(running.stage(), cluster.clock().instant());
                };

        assertThat(cluster.deploy(name, name + "-2", gates)).isEqualTo(Exit.RETURNED);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100));
    }

    @Test
    void theFirstDeploymentOfAllNeedsNoLiveRevision() {
        String fresh = name + "-fresh";

        assertThat(cluster.deploy(fresh, fresh + "-1", cluster.passing())).isEqualTo(Exit.DONE);

        assertThat(cluster.routed(fresh)).isEqualTo(Map.of(fresh + "-1", 100));
    }

    @Test
    void aFirstDeploymentThatFailsLeavesNothingBehind() {
        String fresh = name + "-fresh";

        assertThat(cluster.deploy(fresh, fresh + "-1", cluster.failingAt(0)))
                .isEqualTo(Exit.RETURNED);

        assertThat(cluster.knative.exists(fresh)).isFalse();
    }

    @Test
    void theSameAgainDoesNothing() {
        assertThat(cluster.deploy(name, name + "-1", cluster.passing())).isEqualTo(Exit.DONE);

        assertThat(cluster.said()).contains("there is nothing to do");
        assertThat(cluster.api.written()).isEmpty();
    }

    /** Knative adds defaults to a new template, and refuses one of the same name without them. */
    @Test
    void aCandidateThatFailedIsTriedAgainWithTheTemplateThatKnativeHasCompleted() {
        assertThat(cluster.deploy(name, name + "-2", cluster.failingAt(0)))
                .isEqualTo(Exit.RETURNED);
        cluster.knative.edit(
                name,
                service ->
                        new ServiceBuilder(service)
                                .editSpec()
                                .editTemplate()
                                .editSpec()
                                .editFirstContainer()
                                .withName("user-container")
                                .endContainer()
                                .endSpec()
                                .endTemplate()
                                .endSpec()
                                .build());
        RevisionTemplateSpec completed = cluster.knative.service(name).getSpec().getTemplate();

        assertThat(cluster.deploy(name, name + "-2", cluster.passing())).isEqualTo(Exit.DONE);

        assertThat(cluster.knative.service(name).getSpec().getTemplate()).isEqualTo(completed);
    }

    @Test
    void rollbackGoesToThePreviousRevisionAndThereAndBackAgain() {
        cluster.deploy(name, name + "-2", cluster.passing());

        assertThat(cluster.run(name, new State.Rollback("r1"))).isEqualTo(Exit.DONE);
        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100, name + "-2", 0));

        assertThat(cluster.run(name, new State.Rollback("r2"))).isEqualTo(Exit.DONE);
        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-2", 100, name + "-1", 0));
    }

    @Test
    void whoAbortsFromElsewhereIsObeyed() {
        Gates gates =
                (running, _) -> {
                    if (running.stage() == 1) {
                        cluster.run(name, new State.Abort());
                    }
                    return new Passed(running.stage(), cluster.clock().instant());
                };

        assertThat(cluster.deploy(name, name + "-2", gates)).isEqualTo(Exit.RETURNED);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100, name + "-2", 0));
    }

    @Test
    void whoPromotesFromElsewhereIsObeyed() {
        Gates gates =
                (running, _) -> {
                    if (running.stage() == 1) {
                        cluster.run(name, new State.Promote());
                    }
                    return new Passed(running.stage(), cluster.clock().instant());
                };

        assertThat(cluster.deploy(name, name + "-2", gates)).isEqualTo(Exit.DONE);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-2", 100, name + "-1", 0));
    }

    @Test
    void aSecondRolloutIsRefusedUntilTheFirstIsOver() {
        Gates gates =
                (running, _) -> {
                    assertThat(cluster.deploy(name, name + "-3", cluster.passing()))
                            .isEqualTo(Exit.REFUSED);
                    return new Passed(running.stage(), cluster.clock().instant());
                };

        assertThat(cluster.deploy(name, name + "-2", gates)).isEqualTo(Exit.DONE);

        assertThat(cluster.routed(name)).containsEntry(name + "-2", 100);
    }

    @Test
    void aNewerRolloutTakesOverAndTheOlderOneYields() {
        Gates gates =
                (running, _) -> {
                    if (running.stage() == 1) {
                        assertThat(cluster.deploy(name, name + "-3", cluster.passing(), true))
                                .isEqualTo(Exit.DONE);
                    }
                    return new Passed(running.stage(), cluster.clock().instant());
                };

        assertThat(cluster.deploy(name, name + "-2", gates)).isEqualTo(Exit.OVERRULED);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-3", 100, name + "-1", 0));
    }

    @Test
    void aLiveRevisionThatBreaksLeavesTheTrafficWhereItIs() {
        assertThat(cluster.deploy(name, name + "-2", breakingLiveAt(1)))
                .isEqualTo(Exit.LIVE_FAILED);

        assertThat(cluster.asked(name)).isEqualTo(Map.of(name + "-1", 90, name + "-2", 10));
        assertThat(cluster.said())
                .contains(name + "-1 is not ready: ExitCode1: … Because of the test.")
                .contains(name + "-2 did not fail. The traffic is left as it is");
        assertThat(cluster.run(name, new State.Abort())).isEqualTo(Exit.REFUSED);

        cluster.knative.decide(name + "-1", Fate.READY);
        cluster.settle(name);
        assertThat(cluster.deploy(name, name + "-2", cluster.passing())).isEqualTo(Exit.DONE);
        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-2", 100, name + "-1", 0));
    }

    @Test
    void aLiveRevisionThatBreaksIsReplacedIfAskedTo() {
        cluster.plan = replacing();
        try {
            assertThat(cluster.deploy(name, name + "-2", breakingLiveAt(1))).isEqualTo(Exit.DONE);
        } finally {
            cluster.plan = TestCluster.PLAN;
        }

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-2", 100));
    }

    @Test
    void aLiveRevisionThatIsBrokenFromTheStartIsReplacedIfAskedTo() {
        cluster.knative.decide(name + "-1", Fate.BROKEN);
        cluster.settle(name);
        cluster.plan = replacing();
        try {
            assertThat(cluster.deploy(name, name + "-2", alone())).isEqualTo(Exit.DONE);
        } finally {
            cluster.plan = TestCluster.PLAN;
        }

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-2", 100));
    }

    private static RolloutPlan replacing() {
        RolloutPlan plan = TestCluster.PLAN;
        return new RolloutPlan(
                plan.percents(), plan.hold(), plan.deadline(), Duration.ofSeconds(5), true);
    }

    private Gates breakingLiveAt(int stage) {
        return (running, platform) -> {
            if (running.stage() == stage) {
                cluster.knative.decide(name + "-1", Fate.BROKEN);
            }
            return running.stage() < stage
                    ? new Passed(running.stage(), cluster.clock().instant())
                    : alone().run(running, platform);
        };
    }

    /** Live does not answer, but the candidate does. */
    private Gates alone() {
        return (running, _) ->
                new LiveFailed(running.stage(), cluster.clock().instant(), "Live failed.");
    }

    @Test
    void oldRevisionsAreRemovedButNoneWithTrafficOrATag() {
        for (int i = 2; i <= 6; i++) {
            assertThat(cluster.deploy(name, name + "-" + i, cluster.passing()))
                    .isEqualTo(Exit.DONE);
        }

        assertThat(cluster.knative.revisions(name))
                .containsExactly(name + "-4", name + "-5", name + "-6");
        assertThat(cluster.asked(name)).isEqualTo(Map.of(name + "-6", 100, name + "-5", 0));
        assertThat(cluster.api.calls().reversed().subList(0, 3))
                .as("what was just observed is not read again")
                .extracting(call -> call.replaceAll(".*/(services|revisions).*", "$1"))
                .containsExactly("revisions", "revisions", "services");
    }

    @Test
    void anAnswerThatIsCutIsReportedAsThat() {
        cluster.api.breakAt(0, FaultyApi.Fault.HALF_AN_ANSWER, true);

        cluster.deploy(name, name + "-2", cluster.passing());

        assertThat(cluster.said())
                .contains("The API server's answer is not whole JSON: Unexpected end-of-input")
                .contains("See whether a proxy cuts answers, or answers in its place.")
                .doesNotContain("cannot be reached");
    }

    @Test
    void aServiceThatIsDeletedOnceTheCandidateHasWonHasNoOldRevisions() {
        cluster.meanwhile =
                _ -> {
                    if (cluster.said().contains("is live now.")) {
                        cluster.clear();
                    }
                };

        assertThat(cluster.deploy(name, name + "-2", cluster.passing())).isEqualTo(Exit.DONE);

        assertThat(cluster.said()).contains("Done.");
    }

    @Test
    void afterAnObservationThatFailedNoRevisionIsRemoved() throws Exception {
        cluster.deploy(name, name + "-2", cluster.passing());
        cluster.deploy(name, name + "-3", cluster.passing());
        try (var platform =
                new KnativePlatform(
                        cluster.client(), FakeKnative.NAMESPACE, name, null, 0, PodAccess.DIRECT)) {
            platform.observe();
            cluster.api.breakAt(1, FaultyApi.Fault.ERROR_500, false);
            assertThatExceptionOfType(PlatformException.class).isThrownBy(platform::observe);

            assertThat(platform.tidy()).isEmpty();

            platform.observe();
            assertThat(platform.tidy()).hasSize(1);
        }
    }

    @Test
    void ctrlCReturnsAllTraffic() {
        var candidate = new Candidate(name + "-2", TestCluster.template(name + "-2"), null);
        var driver = new Driver[1];
        Gates gates =
                (running, _) -> {
                    if (running.stage() == 1) {
                        driver[0].interrupt("SIGINT");
                    }
                    return new Passed(running.stage(), cluster.clock().instant());
                };
        driver[0] = cluster.driver(name, candidate, gates);
        var rollout = new Rollout("ctrl-c", name + "-2", null, TestCluster.PLAN);

        assertThat(driver[0].run(new State.Deploy(rollout, false))).isEqualTo(Exit.INTERRUPTED);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100, name + "-2", 0));
    }

    @Test
    void aKilledRolloutIsResumedByTheSameCommand() {
        kill(1);
        assertThat(cluster.asked(name)).isEqualTo(Map.of(name + "-1", 90, name + "-2", 10));

        assertThat(cluster.deploy(name, name + "-2", cluster.passing())).isEqualTo(Exit.DONE);

        assertThat(cluster.said()).contains("it is taken over at 10 %");
        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-2", 100, name + "-1", 0));
    }

    @Test
    void withoutAManifestTheSameCommandResumes() throws Exception {
        String image = "example.com/function@sha256:" + "2".repeat(64);
        assertThatExceptionOfType(Killed.class)
                .isThrownBy(() -> deployWithoutManifest(image, dyingAt(1)));
        assertThat(cluster.asked(name)).isEqualTo(Map.of(name + "-1", 90, name + "-22222222", 10));

        assertThat(deployWithoutManifest(image, cluster.passing())).isEqualTo(Exit.DONE);

        assertThat(cluster.said()).contains("it is taken over at 10 %");
        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-22222222", 100, name + "-1", 0));
    }

    private Exit deployWithoutManifest(String image, Gates gates) throws Exception {
        Candidate candidate =
                CandidateFactory.of(cluster.client(), FakeKnative.NAMESPACE, name)
                        .make(null, image, null);
        return cluster.deploy(name, candidate, gates);
    }

    @Test
    void theSecondContainerOfLiveIsNotDropped() throws Exception {
        cluster.knative.edit(
                name,
                service ->
                        new ServiceBuilder(service)
                                .editSpec()
                                .withTemplate(withASecondContainer(name + "-2"))
                                .endSpec()
                                .build());
        cluster.settle(name);
        CandidateFactory candidates =
                CandidateFactory.of(cluster.client(), FakeKnative.NAMESPACE, name);

        assertThatExceptionOfType(UnsupportedServiceException.class)
                .isThrownBy(
                        () -> candidates.make(null, "example.com/f@sha256:" + "a".repeat(64), null))
                .withMessageContaining(name + "-2 has 2 containers")
                .withMessageContaining("-f");
    }

    private static RevisionTemplateSpec withASecondContainer(String revision) {
        return new RevisionTemplateSpecBuilder(TestCluster.template(revision))
                .editSpec()
                .addNewContainer()
                .withName("sidecar")
                .withImage("example.com/sidecar")
                .endContainer()
                .endSpec()
                .build();
    }

    @Test
    void aKilledRolloutIsEndedByAbort() {
        kill(1);

        assertThat(cluster.run(name, new State.Abort())).isEqualTo(Exit.DONE);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100, name + "-2", 0));
    }

    @Test
    void aResumedRolloutThatFailsGoesBack() {
        kill(2);

        assertThat(cluster.deploy(name, name + "-2", cluster.failingAt(2)))
                .isEqualTo(Exit.RETURNED);

        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100, name + "-2", 0));
    }

    @Test
    void anImageThatTheRegistryDoesNotHaveIsSeenInThePodLongBeforeTheDeadline() {
        cluster.knative.decide(name + "-2", Fate.STARTING);
        cluster.pod(
                name + "-2",
                "ImagePullBackOff",
                "Back-off pulling image \"example.com/f\": ErrImagePull: rpc error: code ="
                        + " NotFound");

        assertThat(cluster.deploy(name, name + "-2", cluster.passing())).isEqualTo(Exit.RETURNED);

        assertThat(cluster.said())
                .contains("It is not ready: ImagePullBackOff: Back-off pulling image")
                .contains("Pod " + name + "-2-pod, user-container: ImagePullBackOff")
                .contains("Unhealthy: Readiness probe failed")
                .doesNotContain("It was not ready within");
        assertThat(cluster.routed(name)).isEqualTo(Map.of(name + "-1", 100));
    }

    /** The kubelet tries again after 10 s, 20 s, 40 s … */
    @Test
    void aRegistryThatIsAwayForAWhileEndsNoRollout() {
        cluster.knative.decide(name + "-2", Fate.STARTING);
        cluster.pod(name + "-2", "ImagePullBackOff", "Back-off pulling image: 503");
        cluster.meanwhile =
                _ -> {
                    if (cluster.said().contains("ImagePullBackOff: Back-off pulling image: 503")) {
                        cluster.removePod(name + "-2-pod");
                        cluster.knative.decide(name + "-2", Fate.READY);
                    }
                };

        assertThat(cluster.deploy(name, name + "-2", cluster.passing())).isEqualTo(Exit.DONE);
    }

    @Test
    void aRegistryThatStaysAwayEndsItAtTheDeadline() {
        cluster.knative.decide(name + "-2", Fate.STARTING);
        cluster.pod(name + "-2", "ErrImagePull", "503 Service Unavailable");

        assertThat(cluster.deploy(name, name + "-2", cluster.passing())).isEqualTo(Exit.RETURNED);

        assertThat(cluster.said())
                .contains("It was not ready within 60 s: ErrImagePull: 503 Service Unavailable");
    }

    /** Runs a rollout whose process is killed when it runs the gates of a stage. */
    private void kill(int stage) {
        assertThatExceptionOfType(Killed.class)
                .isThrownBy(() -> cluster.deploy(name, name + "-2", dyingAt(stage)));
    }

    private Gates dyingAt(int stage) {
        return (running, _) -> {
            if (running.stage() == stage) {
                throw new Killed();
            }
            return new Passed(running.stage(), cluster.clock().instant());
        };
    }

    private static final class Killed extends Error {

        private static final long serialVersionUID = 1L;
    }
}
