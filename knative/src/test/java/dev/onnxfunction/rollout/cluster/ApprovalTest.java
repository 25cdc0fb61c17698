package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Whole rollouts that wait for an approval, against an API server. */
class ApprovalTest {

    private static final Map<String, Integer> ALL_ON_LIVE = Map.of("f-1", 100, "f-2", 0);

    private TestCluster cluster;
    private int asked;
    private final Gates gates =
            (running, _) -> {
                asked++;
                return new Passed(running.stage(), this.cluster.clock().instant());
            };

    @BeforeEach
    void serve() throws IOException {
        cluster = new TestCluster();
        cluster.serve("f");
        cluster.plan =
                new RolloutPlan(
                        List.of(10, 100),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        false,
                        new RolloutPlan.Analysis(
                                Duration.ZERO,
                                0,
                                Duration.ZERO,
                                Duration.ZERO,
                                Duration.ofMinutes(10)));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void aCandidateHasNoTrafficBeforeItIsApprovedAndWinsAfterwards() {
        after(Duration.ofMinutes(5), this::approve);

        assertThat(cluster.deploy("f", "f-2", gates)).as(cluster.said()).isEqualTo(Exit.DONE);
        assertThat(cluster.said())
                .contains("waits for an approval", "Approved: 10 %.", "f-2 is live now");
        assertThat(cluster.routed("f")).containsEntry("f-2", 100);
    }

    @Test
    void withoutAnApprovalItEndsWithoutTraffic() {
        assertThat(cluster.deploy("f", "f-2", gates)).isEqualTo(Exit.RETURNED);

        assertThat(cluster.said()).contains("nobody approved it within 10 min");
        assertThat(cluster.routed("f")).isEqualTo(ALL_ON_LIVE);
        assertThat(asked).as("the gates do not run while it waits").isEqualTo(1);
        assertThat(cluster.run("f", new State.Approve())).isEqualTo(Exit.REFUSED);
    }

    private void approve() {
        assertThat(cluster.routed("f")).isEqualTo(ALL_ON_LIVE);
        assertThat(cluster.run("f", new State.Approve())).isEqualTo(Exit.DONE);
    }

    private void after(Duration time, Runnable event) {
        Duration[] passed = {Duration.ZERO};
        cluster.meanwhile =
                tick -> {
                    boolean before = passed[0].compareTo(time) < 0;
                    passed[0] = passed[0].plus(tick);
                    if (before && passed[0].compareTo(time) >= 0) {
                        event.run();
                    }
                };
    }
}
