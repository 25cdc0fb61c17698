package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.cluster.FakeKnative.Fate;
import dev.onnxfunction.rollout.cluster.FaultyApi.Fault;
import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State;

import io.fabric8.knative.serving.v1.Service;
import io.fabric8.knative.serving.v1.TrafficTarget;
import io.fabric8.kubernetes.client.utils.Serialization;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Each call of the API server fails in each way that a rollout can distinguish, once or from then
 * on. In every case traffic sums to 100, and a candidate that failed has none.
 */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class FaultTest {

    /**
     * A failure that may pass, a missing object, a failure that lasts, and one after the call took
     * effect: to a rollout, each other fault looks like one of these.
     */
    private static final Set<Fault> DISTINCT =
            EnumSet.of(
                    Fault.ERROR_500,
                    Fault.NOT_FOUND_404,
                    Fault.FORBIDDEN_403,
                    Fault.HALF_AN_ANSWER);

    private TestCluster cluster;

    private int services;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster();
        cluster.plan =
                new RolloutPlan(
                        List.of(100),
                        Duration.ZERO,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(2),
                        false);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @FieldSource("DISTINCT")
    void aGoodCandidateSurvivesAnyFault(Fault fault) {
        int calls = callsOf(cluster.passing());
        for (int call = 0; call < calls; call++) {
            String name = service();
            cluster.api.breakAt(call, fault, false);
            Exit exit = cluster.deploy(name, name + "-2", cluster.passing());
            String where = "%s at call %d of %d, %s".formatted(fault, call, calls, cluster.said());

            assertThat(sums(name)).as(where).isTrue();
            if (exit != Exit.DONE) {
                // A refusal: no rollout began, and the same command succeeds.
                assertThat(exit).as(where).isEqualTo(Exit.REFUSED);
                cluster.api.heal();
                exit = cluster.deploy(name, name + "-2", cluster.passing());
            }
            assertThat(exit).as(where).isEqualTo(Exit.DONE);
            assertThat(cluster.asked(name)).as(where).containsEntry(name + "-2", 100);
        }
    }

    @ParameterizedTest
    @FieldSource("DISTINCT")
    void aBadCandidateNeverKeepsTraffic(Fault fault) {
        int calls = callsOf(cluster.failingAt(1));
        for (int call = 0; call < calls; call++) {
            String name = service();
            cluster.api.breakAt(call, fault, false);
            Exit exit = cluster.deploy(name, name + "-2", cluster.failingAt(1));
            String where = "%s at call %d of %d, %s".formatted(fault, call, calls, cluster.said());

            assertThat(exit).as(where).isIn(Exit.RETURNED, Exit.REFUSED);
            assertThat(sums(name)).as(where).isTrue();
            assertThat(cluster.asked(name)).as(where).containsEntry(name + "-1", 100);
        }
    }

    @ParameterizedTest
    @FieldSource("DISTINCT")
    void aGoodCandidateIsNotSentBackToALiveRevisionThatFails(Fault fault) {
        String first = service();
        cluster.deploy(first, first + "-2", breakingLive(first));
        int calls = cluster.api.calls().size();
        for (int call = 0; call < calls; call++) {
            String name = service();
            cluster.api.breakAt(call, fault, false);
            Exit exit = cluster.deploy(name, name + "-2", breakingLive(name));
            String where = "%s at call %d of %d, %s".formatted(fault, call, calls, cluster.said());

            assertThat(exit).as(where).isIn(Exit.LIVE_FAILED, Exit.REFUSED);
            assertThat(sums(name)).as(where).isTrue();
            assertThat(cluster.asked(name))
                    .as(where)
                    .containsEntry(name + (exit == Exit.REFUSED ? "-1" : "-2"), 100);
        }
    }

    /** Live fails once the candidate has traffic. */
    private Gates breakingLive(String name) {
        return (running, _) -> {
            if (running.stage() == 0) {
                return new Passed(running.stage(), cluster.clock().instant());
            }
            cluster.knative.decide(name + "-1", Fate.BROKEN);
            return new LiveFailed(running.stage(), cluster.clock().instant(), "Live failed.");
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"ERROR_500", "DROPPED_AFTER"})
    void whatIsCutOffForGoodIsMendedByAbort(Fault fault) {
        int calls = callsOf(cluster.passing());
        for (int call = 0; call < calls; call++) {
            String name = service();
            cluster.api.breakAt(call, fault, true);
            cluster.hurry = 60;
            cluster.deploy(name, name + "-2", cluster.passing());
            String where =
                    "%s from call %d of %d, %s".formatted(fault, call, calls, cluster.said());
            assertThat(sums(name)).as(where).isTrue();

            cluster.api.heal();
            cluster.hurry = 1;
            cluster.settle(name);
            assertThat(cluster.run(name, new State.Abort())).as(where).isEqualTo(Exit.DONE);
            assertThat(cluster.asked(name)).as(where).containsValue(100);
            assertThat(cluster.deploy(name, name + "-2", cluster.passing()))
                    .as(where)
                    .isEqualTo(Exit.DONE);
            assertThat(cluster.asked(name)).as(where).containsEntry(name + "-2", 100);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRollbackHappensOnceOrNotAtAll(Fault fault) {
        String name = service();
        cluster.deploy(name, name + "-2", cluster.passing());
        cluster.api.heal();
        cluster.run(name, new State.Rollback("back"));
        int calls = cluster.api.calls().size();
        for (int call = 0; call < calls; call++) {
            Map<String, Integer> before = cluster.asked(name);
            cluster.output.reset();
            cluster.api.breakAt(call, fault, false);
            Exit exit = cluster.run(name, new State.Rollback(fault + "-" + call));
            String where = "%s at call %d of %d, %s".formatted(fault, call, calls, cluster.said());

            assertThat(exit).as(where).isIn(Exit.DONE, Exit.REFUSED);
            assertThat(sums(name)).as(where).isTrue();
            if (exit == Exit.DONE) {
                assertThat(cluster.asked(name)).as(where).isNotEqualTo(before);
            } else {
                assertThat(cluster.asked(name)).as(where).isEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT"})
    @Timeout(300)
    void anAnswerThatNeverEndsIsNotWaitedFor(String method) {
        String name = service();
        cluster.waitFor(Duration.ofSeconds(2));
        cluster.api.beforeCall = _ -> {};
        AtomicInteger calls = new AtomicInteger();
        cluster.api.stalled =
                call ->
                        call.startsWith(method)
                                && cluster.said().contains("passed: 100 %")
                                && calls.getAndIncrement() == 0;

        assertThat(cluster.deploy(name, name + "-2", cluster.failingAt(1)))
                .isEqualTo(Exit.RETURNED);

        assertThat(calls).hasPositiveValue();
        assertThat(cluster.asked(name)).containsEntry(name + "-1", 100);
    }

    /**
     * Of a call, a rollout learns only the result or whether a retry may help, and the cluster
     * shows whether it had an effect. The client itself retries a read whose connection breaks.
     */
    @ParameterizedTest
    @EnumSource
    void eachFaultLooksLikeADistinctOneOrLikeNone(Call call) {
        for (boolean forGood : List.of(false, true)) {
            List<String> distinct = new ArrayList<>(List.of(seen(call, null, forGood)));
            DISTINCT.forEach(fault -> distinct.add(seen(call, fault, forGood)));
            for (Fault fault : Fault.values()) {
                assertThat(seen(call, fault, forGood))
                        .as("%s, for good: %s", fault, forGood)
                        .isIn(distinct);
            }
        }
    }

    /** The calls of a rollout. */
    enum Call {
        GET,
        LIST_REVISIONS,
        LIST_PODS,
        CREATE,
        UPDATE,
        DELETE
    }

    private String seen(Call call, @Nullable Fault fault, boolean forGood) {
        String name = service();
        Service service = cluster.knative.service(name);
        ServiceObjects objects = new ServiceObjects(cluster.client(), FakeKnative.NAMESPACE);
        if (fault != null) {
            cluster.api.breakAt(0, fault, forGood);
        }
        String result;
        try {
            result = String.valueOf(make(call, service, objects));
        } catch (PlatformException e) {
            result = e.permanent() ? "fails" : "may succeed later";
        }
        boolean effect = !cluster.api.written().isEmpty() || !cluster.knative.exists(name);
        return result + (effect ? ", had an effect" : ", had none");
    }

    private boolean make(Call call, Service service, ServiceObjects objects)
            throws PlatformException {
        String name = service.getMetadata().getName();
        switch (call) {
            case GET -> {
                return objects.service(name) != null;
            }
            case LIST_REVISIONS -> {
                return !objects.revisions(name).isEmpty();
            }
            case LIST_PODS -> objects.pods(name + "-1");
            case CREATE -> objects.write(TestCluster.manifest("new", "new-1"), true);
            case UPDATE -> objects.write(service, false);
            case DELETE -> {
                var resource = cluster.client().resource(service).lockResourceVersion();
                ApiCalls.call(cluster.client(), resource::delete);
            }
        }
        return true;
    }

    private String service() {
        String name = "fault-" + services++;
        cluster.api.heal();
        cluster.output.reset();
        cluster.clear();
        cluster.serve(name);
        return name;
    }

    /** The number of calls if none fails. */
    private int callsOf(Gates gates) {
        String name = service();
        cluster.deploy(name, name + "-2", gates);
        int calls = cluster.api.calls().size();
        assertThat(calls).isGreaterThan(10);
        return calls;
    }

    /** Whether all traffic that was ever written, and the current traffic, sums to 100. */
    private boolean sums(String name) {
        return sums(cluster.knative.service(name))
                && cluster.api.written().stream()
                        .map(body -> Serialization.unmarshal(body, Service.class))
                        .allMatch(FaultTest::sums);
    }

    private static boolean sums(Service service) {
        return service.getSpec().getTraffic().isEmpty()
                || service.getSpec().getTraffic().stream()
                                .mapToLong(TrafficTarget::getPercent)
                                .sum()
                        == 100;
    }
}
