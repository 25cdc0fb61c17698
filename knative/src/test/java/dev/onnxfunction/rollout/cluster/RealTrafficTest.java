package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.RolloutPlan.Analysis;
import dev.onnxfunction.rollout.engine.State;
import dev.onnxfunction.rollout.gates.EvaluationLimits;
import dev.onnxfunction.rollout.gates.LatencyLimits;
import dev.onnxfunction.rollout.gates.Limits;
import dev.onnxfunction.rollout.gates.RevisionAccess;
import dev.onnxfunction.rollout.gates.TrafficGates;
import dev.onnxfunction.rollout.report.ProgressPrinter;
import dev.onnxfunction.rollout.testing.FakePod;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Whole rollouts that pass all other gates, against an API server, with pods that export the
 * metrics of simulated users: each request goes to a random revision, by their shares.
 */
@Tag("slow")
class RealTrafficTest extends ClusterTest {

    private static final Duration HOLD = Duration.ofSeconds(30);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** How a revision serves a row with a value from the standard normal distribution. */
    @FunctionalInterface
    private interface Model {
        void serve(FakePod pod, SplittableRandom random, double value);
    }

    private static final Model WELL =
            (pod, random, value) ->
                    pod.predict(
                            random.nextDouble() < 0.01 ? 500 : 200,
                            0.002 + 0.004 * random.nextDouble(),
                            20 + 9 * value);

    private final SplittableRandom random = new SplittableRandom(7);
    private final Map<String, List<FakePod>> pods = new TreeMap<>();
    private final Map<String, Model> models = new TreeMap<>();
    private final List<Runnable> events = new ArrayList<>();
    private int perSecond;
    private Duration passed = Duration.ZERO;

    /** What happens while the other gates run. */
    private Runnable meanwhile = () -> {};

    @BeforeEach
    void begin() {
        cluster.plan = plan(Analysis.NONE);
        perSecond = 80;
        pod(live());
        pod(candidate());
        models.put(live(), WELL);
        models.put(candidate(), WELL);
        cluster.meanwhile = this::users;
    }

    @AfterEach
    void end() {
        pods.values().forEach(all -> all.forEach(FakePod::close));
        pods.clear();
        models.clear();
        events.clear();
        passed = Duration.ZERO;
        meanwhile = () -> {};
    }

    private static RolloutPlan plan(Analysis watch) {
        return new RolloutPlan(List.of(10, 50, 100), HOLD, MINUTE, MINUTE, false, watch);
    }

    private String live() {
        return name + "-1";
    }

    private String candidate() {
        return name + "-2";
    }

    private FakePod pod(String revision) {
        try {
            FakePod pod = new FakePod();
            List<FakePod> all = pods.computeIfAbsent(revision, _ -> new ArrayList<>());
            all.add(pod);
            cluster.pod(revision, revision + "-pod-" + pod.port(), pod.port(), 0, false);
            return pod;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remove(String revision, FakePod pod) {
        pods.getOrDefault(revision, List.of()).remove(pod);
        cluster.removePod(revision + "-pod-" + pod.port());
        pod.close();
    }

    private FakePod first(String revision) {
        return pods.getOrDefault(revision, List.of()).getFirst();
    }

    /** Adds an event at a time after the start. */
    private void after(Duration time, Runnable event) {
        events.add(
                new Runnable() {
                    private boolean done;

                    @Override
                    public void run() {
                        if (!done && passed.compareTo(time) >= 0) {
                            done = true;
                            event.run();
                        }
                    }
                });
    }

    private void users(Duration time) {
        Map<String, Integer> shares = cluster.routed(name);
        long requests = time.toMillis() * perSecond / 1000;
        for (long i = 0; i < requests; i++) {
            boolean isCandidate = random.nextInt(100) < shares.getOrDefault(candidate(), 0);
            String revision = isCandidate ? candidate() : live();
            List<FakePod> all = pods.getOrDefault(revision, List.of());
            if (all.isEmpty()) {
                continue; // It is scaled to zero.
            }
            Model model = models.getOrDefault(revision, WELL);
            model.serve(all.get(random.nextInt(all.size())), random, random.nextGaussian());
        }
        passed = passed.plus(time);
        List.copyOf(events).forEach(Runnable::run);
    }

    private Exit deploy() {
        return deploy(true, false);
    }

    private Exit deploy(boolean marked, boolean inconclusivePasses) {
        return cluster.deploy(name, candidate(), gates(marked, inconclusivePasses));
    }

    private Gates gates(boolean marked, boolean inconclusivePasses) {
        EvaluationLimits errors =
                new EvaluationLimits(1.05, 1.25, List.of(), 50, false, inconclusivePasses, false);
        LatencyLimits latency = new LatencyLimits(1.5, Duration.ofMillis(5), 100);
        return new TrafficGates(
                (running, _) -> {
                    meanwhile.run();
                    return new Passed(running.stage(), cluster.clock().instant());
                },
                new Limits(null, null, errors, 10, 0.75, latency, 0.9),
                () -> 0,
                marked
                        ? new RevisionAccess(null, Map.of(RevisionAccess.KEY_HEADER, "secret"))
                        : RevisionAccess.DIRECT,
                cluster.clock(),
                new ProgressPrinter(
                        new PrintStream(cluster.output, true, StandardCharsets.UTF_8),
                        false,
                        cluster.clock()));
    }

    private void wins(Exit exit) {
        assertThat(exit).as(cluster.said()).isEqualTo(Exit.DONE);
        assertThat(cluster.routed(name)).containsEntry(candidate(), 100);
    }

    private void isSentBack(Exit exit, String why) {
        assertThat(exit).as(cluster.said()).isEqualTo(Exit.RETURNED);
        assertThat(cluster.routed(name)).containsEntry(live(), 100);
        assertThat(cluster.said()).contains(why);
    }

    @Test
    void anEqualCandidateWinsAndTheTableSaysWhatItWasJudgedOn() {
        wins(deploy());

        assertThat(cluster.said())
                .contains("Real traffic, at 10 %:", "Real traffic, at 100 %:")
                .containsPattern("users +[12]\\d{3} requests +[12]\\d\\d requests +passed")
                .containsPattern("users: 5xx +\\d+ of \\d{4} +\\d+ of \\d{3} +not more +passed")
                .containsPattern(
                        "users: p50 +3.5 ms … 5 ms +(2.5|3.5) ms … 5 ms +× 1.5 or \\+ 5 ms")
                .containsPattern("memory +130 of 512 MiB +130 of 512 MiB +≤ 90 % +passed")
                .doesNotContain("FAILED");
    }

    @Test
    void aCandidateThatFailsForUsersLosesItsTraffic() {
        models.put(
                candidate(),
                (pod, any, value) -> pod.predict(any.nextInt(10) == 0 ? 500 : 200, 0.003, value));
        models.put(live(), (pod, any, value) -> pod.predict(200, 0.003, value));

        isSentBack(deploy(), "Gate 'users: 5xx': ");
        assertThat(cluster.said()).doesNotContain(" 50 % ");
    }

    @Test
    void aCandidateThatRefusesRowsThatLiveTakesLosesItsTraffic() {
        models.put(
                candidate(),
                (pod, random, value) -> pod.predict(value > 1 ? 400 : 200, 0.003, value));

        isSentBack(deploy(), "Gate 'users: refused': ");
    }

    @Test
    void aSlowCandidateLosesItsTraffic() {
        models.put(
                candidate(),
                (pod, any, value) ->
                        pod.predict(200, any.nextInt(10) == 0 ? 0.08 : 0.003, 20 + 9 * value));

        isSentBack(deploy(), "Gate 'users: p99': Users wait too long: its p99 is above 75 ms");
    }

    @Test
    void aCandidateWhosePredictionsAreShiftedForUsersLosesItsTraffic() {
        models.put(candidate(), (pod, random, value) -> pod.predict(200, 0.003, 30 + 9 * value));

        isSentBack(deploy(), "Gate 'users: shift': ");
    }

    @Test
    void aCandidateThatPredictsTheMeanForAllLosesItsTraffic() {
        models.put(candidate(), (pod, random, value) -> pod.predict(200, 0.003, 20));

        isSentBack(deploy(), "Gate 'users: shift': ");
    }

    @Test
    void aCandidateWhoseMemoryGrowsLosesItsTrafficBeforeTheKernelEndsIt() {
        after(Duration.ofSeconds(45), () -> first(candidate()).take(470L << 20));

        isSentBack(deploy(), "takes 470 of 512 MiB, which is 92 %");
        assertThat(cluster.said()).contains(" 50 % ");
    }

    @Test
    void aCandidateThatRanOutOfMemoryLosesItsTraffic() {
        FakePod pod = first(candidate());
        after(
                Duration.ofSeconds(30),
                () -> {
                    pod.restart();
                    String podName = candidate() + "-pod-" + pod.port();
                    cluster.pod(candidate(), podName, pod.port(), 1, true);
                });

        isSentBack(deploy(), "ran out of memory and is started again");
    }

    @Test
    void aCandidateThatRunsOutOfMemoryInTheGatesBeforeItHasTrafficGetsNone() {
        FakePod pod = first(candidate());
        meanwhile =
                () -> {
                    pod.restart();
                    String podName = candidate() + "-pod-" + pod.port();
                    cluster.pod(candidate(), podName, pod.port(), 1, true);
                };

        isSentBack(deploy(), "ran out of memory and is started again");
        assertThat(cluster.said()).doesNotContain(" 10 % ");
    }

    @Test
    void aCandidateThatBreaksWhileItBakesGoesBackInOneWrite() {
        cluster.plan = plan(new Analysis(Duration.ofMinutes(2), 0, Duration.ZERO));
        after(
                Duration.ofMinutes(2),
                () -> models.put(candidate(), (pod, any, x) -> pod.predict(500, 0.003, x)));

        isSentBack(deploy(), "Gate 'users: 5xx': ");
        assertThat(cluster.said()).contains("… bake for another").contains("100 % ");
        assertThat(passed).isGreaterThan(Duration.ofMinutes(2));
    }

    @Test
    void aBakeThatGoesWellEndsInTime() {
        cluster.plan = plan(new Analysis(Duration.ofMinutes(2), 0, Duration.ZERO));

        wins(deploy());
        assertThat(passed).isBetween(Duration.ofSeconds(210), Duration.ofSeconds(230));
        assertThat(cluster.said()).contains("… bake for another").contains("(previous)");
    }

    @Test
    void aKilledBakeIsResumedWhereItWas() {
        cluster.plan = plan(new Analysis(Duration.ofMinutes(2), 0, Duration.ZERO));
        Gates watched = gates(true, false);
        Gates killed =
                (running, platform) -> {
                    if (passed.compareTo(Duration.ofMinutes(2)) > 0) {
                        throw new AssertionError("killed");
                    }
                    return watched.run(running, platform);
                };
        assertThatThrownBy(() -> cluster.deploy(name, candidate(), killed)).hasMessage("killed");
        assertThat(cluster.asked(name)).containsEntry(candidate(), 100);
        cluster.plan = plan(Analysis.NONE);

        wins(deploy());
        assertThat(cluster.said()).contains("is taken over at 100 %, with its plan");
        assertThat(passed).as("the bake restarts").isGreaterThan(Duration.ofSeconds(250));
    }

    @Test
    void anAbortWhileItBakesPutsAllTrafficBack() {
        cluster.plan = plan(new Analysis(Duration.ofMinutes(2), 0, Duration.ZERO));
        after(Duration.ofMinutes(2), () -> cluster.run(name, new State.Abort()));

        assertThat(deploy()).isEqualTo(Exit.RETURNED);
        assertThat(cluster.routed(name)).containsEntry(live(), 100);
    }

    @Test
    void withFewRequestsTimeAloneMovesOnAndTheTableSaysSo() {
        perSecond = 0;
        after(
                Duration.ofSeconds(20),
                () -> {
                    for (int i = 0; i < 14; i++) {
                        first(candidate()).predict(200, 0.003, i);
                    }
                });

        wins(deploy());
        assertThat(cluster.said())
                .contains("inconclusive: judged on 14 requests", "inconclusive: judged on 0");
        assertThat(passed).isLessThan(Duration.ofMinutes(2));
    }

    @Test
    void aHoldIsExtendedUntilThereWereEnoughRequests() {
        perSecond = 10;
        cluster.plan = plan(new Analysis(Duration.ZERO, 150, Duration.ofHours(1)));

        wins(deploy());
        assertThat(cluster.said()).contains("of 150 requests of users at 10 %");
        assertThat(passed).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(5));
    }

    @Test
    void withoutEnoughRequestsInTimeTheLimitDecides() {
        perSecond = 2;
        cluster.plan = plan(new Analysis(Duration.ZERO, 150, Duration.ofMinutes(2)));

        isSentBack(deploy(), "requests of users at 10 % within 2 min: inconclusive.");
    }

    @Test
    void withoutEnoughRequestsInTimeItMayGoOn() {
        perSecond = 2;
        cluster.plan = plan(new Analysis(Duration.ZERO, 150, Duration.ofMinutes(2)));

        wins(deploy(true, true));
        assertThat(cluster.said()).contains("requests of users at 10 %: inconclusive.");
    }

    @Test
    void requestsThatCannotBeCountedAreNotWaitedFor() {
        first(candidate()).answer(401);
        cluster.plan = plan(new Analysis(Duration.ZERO, 150, Duration.ofHours(1)));

        assertThat(deploy()).as(cluster.said()).isEqualTo(Exit.REFUSED);
        assertThat(cluster.said())
                .contains("--min-requests 150 cannot be counted: no pod of the candidate returns")
                .contains("/actuator/prometheus answers 401");
        assertThat(cluster.routed(name)).containsEntry(live(), 100);
    }

    @Test
    void aPodThatCannotBeReadIsNamedAndStopsNothing() {
        FakePod mute = pod(live());
        mute.answer(500);

        wins(deploy());
        assertThat(cluster.said())
                .containsPattern("pods +1 of 2 read +1 +unknown: " + live() + "-pod-" + mute.port())
                .contains("/actuator/prometheus answers 500");
    }

    @Test
    void withoutAKeyNothingOfUsersIsJudged() {
        models.put(candidate(), (pod, random, value) -> pod.predict(500, 0.003, value));

        wins(deploy(false, false));
        assertThat(cluster.said())
                .containsPattern("users +unknown: without ROLLOUT_KEY, the gates' requests count");
    }

    @Test
    void podsThatDoNotTellTheRolloutsRequestsApartAreNotJudgedByThem() {
        models.put(candidate(), (pod, random, value) -> pod.predict(500, 0.003, value));
        first(candidate()).unmark();

        wins(deploy());
        assertThat(cluster.said()).contains("the candidate's pods do not know ROLLOUT_KEY");
    }

    @Test
    void podsComeAndGoAndStartAgainAndNothingIsCountedTwice() {
        for (int i = 1; i <= 12; i++) {
            after(Duration.ofSeconds(4L * i), () -> pod(candidate()));
            after(Duration.ofSeconds(4L * i + 2), () -> pod(live()));
            after(
                    Duration.ofSeconds(8L * i + 3),
                    () -> {
                        remove(live(), first(live()));
                        first(live()).restart();
                    });
        }

        wins(deploy());
        assertThat(cluster.said())
                .containsPattern("users +[12]\\d{3} requests +[12]\\d\\d requests +passed")
                .doesNotContain("FAILED");
    }

    @Test
    void aCandidateThatIsScaledToZeroForAWhileKeepsItsCounts() {
        perSecond = 160;
        after(Duration.ofSeconds(7), () -> remove(candidate(), first(candidate())));
        after(Duration.ofSeconds(14), () -> pod(candidate()));

        wins(deploy());
        assertThat(cluster.said())
                .containsPattern("users +[34]\\d{3} requests +[1-4]\\d\\d requests +passed")
                .doesNotContain("FAILED");
    }

    @Test
    void metricsThatAreNoNumbersStopNothing() {
        FakePod odd = pod(candidate());
        odd.report(
                """
                http_server_requests_seconds_count{status="500",uri="/predict"} NaN
                http_server_requests_seconds_count{status="503",uri="/predict"} -9
                process_resident_memory_bytes NaN
                """);

        wins(deploy());
        assertThat(cluster.said()).doesNotContain("FAILED");
    }
}
