package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.drive.Driver;
import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The command is killed with SIGKILL after each of its calls. Then the next pod of its Job runs the
 * same command with the same ID, or somebody runs a command with another one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class RestartTest {

    private static final RolloutPlan PLAN =
            new RolloutPlan(List.of(50, 100), Duration.ofSeconds(2), Duration.ofSeconds(60));

    private TestCluster cluster;
    private int services;

    @BeforeAll
    void start() throws IOException {
        cluster = new TestCluster();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void aGoodCandidateWinsWhereverThePodsDie() {
        int calls = calls(cluster.passing());
        for (int kill = 0; kill < calls; kill++) {
            String name = served();
            Rollout rollout = rollout(name, "2");
            assertThat(die(name, rollout, cluster.passing(), kill)).as("at %d", kill).isTrue();

            assertThat(pod(name, rollout, cluster.passing()))
                    .as(cluster.said())
                    .isEqualTo(Exit.DONE);
            assertThat(cluster.asked(name)).as("at %d", kill).containsEntry(name + "-2", 100);
        }
    }

    @Test
    void aBadCandidateGoesBackWhereverThePodsDie() {
        int calls = calls(cluster.failingAt(1));
        for (int kill = 0; kill < calls; kill++) {
            String name = served();
            Rollout rollout = rollout(name, "2");
            assertThat(die(name, rollout, cluster.failingAt(1), kill)).as("at %d", kill).isTrue();

            assertThat(pod(name, rollout, cluster.failingAt(1)))
                    .as(cluster.said())
                    .isEqualTo(Exit.RETURNED);
            assertThat(cluster.asked(name)).as("at %d", kill).containsEntry(name + "-1", 100);
        }
    }

    /** A newer build starts while the pod of an older build's Job moves to another node. */
    @Test
    void aPodThatIsStartedLateDoesNotUndoWhatWasSubmittedAfterItsJob() {
        int calls = calls(cluster.passing());
        for (int kill = 0; kill < calls; kill++) {
            String name = served();
            Rollout first = rollout(name, "2");
            die(name, first, cluster.passing(), kill);
            Rollout second = rollout(name, "3");
            assertThat(pod(name, second, cluster.passing()))
                    .as(cluster.said())
                    .isEqualTo(Exit.DONE);

            assertThat(pod(name, first, cluster.passing()))
                    .as(cluster.said())
                    .isEqualTo(Exit.OVERRULED);
            assertThat(cluster.asked(name)).as("at %d", kill).containsEntry(name + "-3", 100);
        }
    }

    @Test
    void aPodThatIsStartedAfterAnAbortOrARollbackLeavesItAsItIs() {
        int calls = calls(cluster.passing());
        String name = served();
        Rollout rollout = rollout(name, "2");
        die(name, rollout, cluster.passing(), calls / 2);
        assertThat(cluster.run(name, new State.Abort())).isEqualTo(Exit.DONE);
        assertThat(pod(name, rollout, cluster.passing())).isEqualTo(Exit.RETURNED);
        assertThat(cluster.asked(name)).containsEntry(name + "-1", 100);

        Rollout again = rollout(name, "2");
        assertThat(pod(name, again, cluster.passing())).as(cluster.said()).isEqualTo(Exit.DONE);
        cluster.settle(name);
        assertThat(cluster.run(name, new State.Rollback("back"))).isEqualTo(Exit.DONE);
        assertThat(pod(name, again, cluster.passing())).isEqualTo(Exit.OVERRULED);
        assertThat(cluster.asked(name)).containsEntry(name + "-1", 100);
    }

    @Test
    void theSameDeploymentByAnybodyEndsWhatWasKilled() {
        int calls = calls(cluster.passing());
        for (int kill = 0; kill < calls; kill++) {
            String good = served();
            die(good, rollout(good, "2"), cluster.passing(), kill);
            assertThat(cluster.deploy(good, good + "-2", cluster.passing()))
                    .as("at %d: %s", kill, cluster.said())
                    .isEqualTo(Exit.DONE);
            assertThat(cluster.asked(good)).as("at %d", kill).containsEntry(good + "-2", 100);
        }
        int callsOfBad = calls(cluster.failingAt(1));
        for (int kill = 0; kill < callsOfBad; kill++) {
            String bad = served();
            die(bad, rollout(bad, "2"), cluster.failingAt(1), kill);
            assertThat(cluster.deploy(bad, bad + "-2", cluster.failingAt(1)))
                    .as("at %d: %s", kill, cluster.said())
                    .isEqualTo(Exit.RETURNED);
            assertThat(cluster.asked(bad)).as("at %d", kill).containsEntry(bad + "-1", 100);
        }
    }

    @Test
    void anAbortEndsWhatWasKilled() {
        int calls = calls(cluster.passing());
        for (int kill = 0; kill < calls; kill++) {
            String name = served();
            die(name, rollout(name, "2"), cluster.passing(), kill);

            Exit exit = cluster.run(name, new State.Abort());

            String where = "at %d: %s".formatted(kill, cluster.said());
            assertThat(exit).as(where).isEqualTo(Exit.DONE);
            assertThat(cluster.asked(name)).as(where).containsValue(100);
            if (!cluster.said().contains("there is nothing to abort")) {
                assertThat(cluster.asked(name)).as(where).containsEntry(name + "-1", 100);
            }
            assertThat(cluster.deploy(name, name + "-3", cluster.passing()))
                    .as(where)
                    .isEqualTo(Exit.DONE);
        }
    }

    @Test
    void aFirstDeploymentThatWasKilledIsEndedByTheNext() {
        int calls = callsOfFirst();
        for (int kill = 0; kill < calls; kill++) {
            String name = unserved();
            die(name, rollout(name, "1"), cluster.passing(), kill);
            if (kill % 2 == 0) {
                cluster.run(name, new State.Abort());
            }

            assertThat(cluster.deploy(name, name + "-1", cluster.passing()))
                    .as("at %d: %s", kill, cluster.said())
                    .isEqualTo(Exit.DONE);
            assertThat(cluster.asked(name)).as("at %d", kill).containsEntry(name + "-1", 100);
        }
    }

    private int callsOfFirst() {
        int[] calls = {0};
        String name = unserved();
        run(name, rollout(name, "1"), cluster.passing(), () -> calls[0]++);
        return calls[0];
    }

    private String served() {
        String name = unserved();
        cluster.serve(name);
        return name;
    }

    /** A name for a Service in an empty cluster. */
    private String unserved() {
        cluster.output.reset();
        cluster.clear();
        return "restart-" + services++;
    }

    /** The deployment of this build. */
    private Rollout rollout(String name, String revision) {
        cluster.pass(Duration.ofSeconds(1));
        Instant begun = cluster.clock().instant();
        return new Rollout(name + revision + begun, name + "-" + revision, null, PLAN, begun);
    }

    private int calls(Gates gates) {
        int[] calls = {0};
        String name = served();
        Rollout rollout = rollout(name, "2");
        run(name, rollout, gates, () -> calls[0]++);
        assertThat(calls[0]).isGreaterThan(8);
        return calls[0];
    }

    /** Runs the command until just after one of its calls. Returns whether it got that far. */
    private boolean die(String name, Rollout rollout, Gates gates, int kill) {
        int[] left = {kill};
        try {
            run(
                    name,
                    rollout,
                    gates,
                    () -> {
                        if (left[0]-- == 0) {
                            throw new Killed();
                        }
                    });
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private Exit pod(String name, Rollout rollout, Gates gates) {
        return run(name, rollout, gates, () -> {});
    }

    private Exit run(String name, Rollout rollout, Gates gates, Runnable afterCall) {
        String revision = rollout.candidate();
        Candidate candidate =
                new Candidate(
                        revision,
                        TestCluster.template(revision),
                        TestCluster.manifest(name, revision));
        Driver driver =
                cluster.driver(name, candidate, gates, platform -> watched(platform, afterCall));
        return driver.run(new State.Deploy(rollout, true));
    }

    private static Platform watched(Platform platform, Runnable afterCall) {
        return (Platform)
                Proxy.newProxyInstance(
                        Platform.class.getClassLoader(),
                        new Class<?>[] {Platform.class},
                        (_, method, arguments) -> {
                            try {
                                Object result = method.invoke(platform, arguments);
                                afterCall.run();
                                return result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause() instanceof PlatformException cause
                                        ? cause
                                        : e.getCause();
                            }
                        });
    }
}
