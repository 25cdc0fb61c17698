package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Outcome;
import dev.onnxfunction.rollout.engine.State;

import io.fabric8.knative.serving.v1.Service;
import io.fabric8.knative.serving.v1.ServiceBuilder;
import io.fabric8.knative.serving.v1.TrafficTarget;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Somebody else writes to the Service during a rollout: a user, or a controller that reverts it.
 */
class UnsupportedServiceTest extends ClusterTest {

    private static Service toAConfiguration(Service service) {
        return new ServiceBuilder(service)
                .editSpec()
                .withTraffic()
                .addNewTraffic()
                .withConfigurationName("by-hand")
                .withPercent(100L)
                .endTraffic()
                .endSpec()
                .build();
    }

    private static Service withoutSense(Service service) {
        return new ServiceBuilder(service)
                .editMetadata()
                .addToAnnotations("rollout.onnxfunction.dev/since", "yesterday")
                .endMetadata()
                .build();
    }

    /** The candidate fails at its first share, and somebody edits the Service at the same time. */
    private Gates failingAfter(UnaryOperator<Service> edit) {
        return (running, _) -> {
            if (running.stage() == 0) {
                return new Passed(0, cluster.clock().instant());
            }
            cluster.knative.edit(name, edit);
            return new Failed(Outcome.FAILED, "Gate 'test': It failed.");
        };
    }

    private void isBackOnLive(Exit exit) {
        assertThat(exit).as(cluster.said()).isEqualTo(Exit.RETURNED);
        cluster.settle(name);
        assertThat(cluster.routed(name)).containsEntry(name + "-1", 100);
        assertThat(cluster.asked(name)).containsEntry(name + "-1", 100);
    }

    @Test
    void trafficThatNoRolloutUnderstandsDoesNotStopTheWayBack() {
        isBackOnLive(
                cluster.deploy(
                        name, name + "-2", failingAfter(UnsupportedServiceTest::toAConfiguration)));
    }

    @Test
    void annotationsThatCannotBeReadDoNotStopTheWayBack() {
        isBackOnLive(
                cluster.deploy(
                        name, name + "-2", failingAfter(UnsupportedServiceTest::withoutSense)));
    }

    @Test
    void trafficThatNoRolloutUnderstandsIsLeftAloneWhileNothingFails() {
        Gates gates =
                (running, _) -> {
                    if (running.stage() == 1) {
                        cluster.knative.edit(name, UnsupportedServiceTest::toAConfiguration);
                    }
                    return new Passed(running.stage(), cluster.clock().instant());
                };

        assertThat(cluster.deploy(name, name + "-2", gates)).isEqualTo(Exit.OVERRULED);
        assertThat(cluster.said()).contains("Traffic goes to a configuration, by-hand.");
    }

    @Test
    void whatNobodyUnderstandsCanStillBeAborted() {
        Gates gates =
                (running, _) -> {
                    if (running.stage() == 1) {
                        cluster.knative.edit(name, UnsupportedServiceTest::toAConfiguration);
                    }
                    return new Passed(running.stage(), cluster.clock().instant());
                };
        cluster.deploy(name, name + "-2", gates);

        assertThat(cluster.run(name, new State.Abort())).isEqualTo(Exit.DONE);
        cluster.settle(name);
        assertThat(cluster.routed(name)).containsEntry(name + "-1", 100);
    }

    /** As by a GitOps controller whose manifest has the traffic of an earlier write. */
    private void revert(int times) {
        List<TrafficTarget> old = cluster.knative.service(name).getSpec().getTraffic();
        int[] left = {times};
        cluster.meanwhile =
                _ -> {
                    List<TrafficTarget> now = cluster.knative.service(name).getSpec().getTraffic();
                    if (left[0] > 0 && !now.equals(old)) {
                        left[0]--;
                        cluster.knative.edit(
                                name,
                                service ->
                                        new ServiceBuilder(service)
                                                .editSpec()
                                                .withTraffic(old)
                                                .endSpec()
                                                .build());
                    }
                };
    }

    private Gates failingWhileReverted(int times) {
        return (running, _) -> {
            if (running.stage() == 0) {
                return new Passed(0, cluster.clock().instant());
            }
            revert(times);
            return new Failed(Outcome.FAILED, "Gate 'test': It failed.");
        };
    }

    @Test
    void aControllerThatGivesACandidateItsTrafficAgainIsWrittenAgainst() {
        isBackOnLive(cluster.deploy(name, name + "-2", failingWhileReverted(3)));

        assertThat(cluster.said()).contains("Back once more: somebody else gave " + name + "-2");
    }

    @Test
    void aControllerThatNeverGivesUpIsNamedAfterTheDeadline() {
        Exit exit = cluster.deploy(name, name + "-2", failingWhileReverted(Integer.MAX_VALUE));

        assertThat(exit).isEqualTo(Exit.LOST);
        assertThat(cluster.said())
                .contains("But something else keeps giving " + name + "-2 traffic.")
                .contains("put all traffic on " + name + "-1 with kubectl");
    }

    @Test
    void aWinThatIsRevertedIsNotCalledOne() {
        Gates gates =
                (running, _) -> {
                    if (running.stage() == 1) {
                        revert(0);
                    }
                    if (running.stage() == 2) {
                        List<TrafficTarget> split =
                                cluster.knative.service(name).getSpec().getTraffic();
                        cluster.meanwhile =
                                _ -> {
                                    if (cluster.said().contains("is live now")) {
                                        cluster.meanwhile = _ -> {};
                                        cluster.knative.edit(
                                                name,
                                                service ->
                                                        new ServiceBuilder(service)
                                                                .editSpec()
                                                                .withTraffic(tenPercent(split))
                                                                .endSpec()
                                                                .build());
                                    }
                                };
                    }
                    return new Passed(running.stage(), cluster.clock().instant());
                };

        assertThat(cluster.deploy(name, name + "-2", gates))
                .as(cluster.said())
                .isEqualTo(Exit.OVERRULED);
        assertThat(cluster.said()).contains("But somebody else has changed the traffic since");
    }

    private static List<TrafficTarget> tenPercent(List<TrafficTarget> targets) {
        targets.getFirst().setPercent(90L);
        targets.get(1).setPercent(10L);
        return targets;
    }
}
