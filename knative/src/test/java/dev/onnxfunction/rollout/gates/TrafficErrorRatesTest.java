package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.gates.statistics.Predictions;
import dev.onnxfunction.rollout.gates.traffic.ServedRequests;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How often real traffic rejects a candidate, from simulated rollouts. The README has the figures.
 * By default, only two of its lines run; the whole table takes minutes:
 *
 * <pre>./mvnw -q -pl knative test -Dtest=TrafficErrorRatesTest -Dsimulation.requests=1,10,100</pre>
 */
@Tag("slow")
class TrafficErrorRatesTest {

    private static final int ROLLOUTS = 500;
    private static final RolloutPlan PLAN =
            new RolloutPlan(List.of(1, 10, 50, 100), Duration.ofSeconds(60), Duration.ofMinutes(5));
    private static final int LOOKS = 12;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final double[] EDGES = {
        0.0005, 0.00075, 0.001, 0.0015, 0.0025, 0.0035, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.035,
        0.05, 0.075, 0.1, 0.15, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10
    };
    private static final Limits LIMITS =
            new Limits(
                    null,
                    null,
                    new EvaluationLimits(1.05, 1.25, List.of(), 50, false, false, false),
                    10,
                    0.75,
                    new LatencyLimits(1.5, Duration.ofMillis(5), 100),
                    0.9);

    /**
     * How a candidate differs from live. Of live's responses, 1 % are 5xx; its response times are
     * log-normal, with a median of 3 ms and a 99th percentile of 9.6 ms.
     *
     * @param name for the table
     * @param errors share of 5xx
     * @param slower factor of live's response time
     * @param shift of the predictions, in standard deviations of live's
     * @param skewed whether predictions are log-normal, with σ = 1, instead of normal
     */
    private record Difference(
            String name, double errors, double slower, double shift, boolean skewed) {}

    private static final double LIVE_ERRORS = 0.01;
    private static final Difference EQUAL = new Difference("equal", LIVE_ERRORS, 1, 0, false);
    private static final Difference FAILING =
            new Difference("5 % of its answers are 5xx", 0.05, 1, 0, false);
    private static final Difference LIVE = new Difference("", LIVE_ERRORS, 1, 0, false);
    private static final Difference SKEWED_LIVE = new Difference("", LIVE_ERRORS, 1, 0, true);

    @Test
    void theReadmeTellsHowOftenRealTrafficErrs() throws IOException {
        String readme = Files.readString(Path.of("rollouts.md"));
        String rates = System.getProperty("simulation.requests");
        List<String> table =
                rates == null
                        ? List.of(line(10, EQUAL), line(10, FAILING))
                        : Arrays.stream(rates.split(",", -1))
                                .map(Integer::valueOf)
                                .flatMap(perSecond -> lines(perSecond).stream())
                                .toList();

        table.forEach(System.out::println);
        assertThat(table).allSatisfy(line -> assertThat(readme).contains(line));
    }

    private static List<String> lines(int perSecond) {
        return List.of(
                line(perSecond, EQUAL),
                line(perSecond, new Difference("equal, skewed", LIVE_ERRORS, 1, 0, true)),
                line(perSecond, FAILING),
                line(perSecond, new Difference("three times as slow", LIVE_ERRORS, 3, 0, false)),
                line(perSecond, new Difference("shifted by 0.75 sd", LIVE_ERRORS, 1, 0.75, true)),
                line(perSecond, new Difference("shifted by 1 sd", LIVE_ERRORS, 1, 1, false)));
    }

    private static String line(int perSecond, Difference difference) {
        int[] ends =
                IntStream.range(0, ROLLOUTS)
                        .parallel()
                        .map(seed -> end(perSecond, difference, new SplittableRandom(seed)))
                        .toArray();
        String byStage =
                IntStream.rangeClosed(1, PLAN.last())
                        .mapToObj(stage -> percent(ends, stage))
                        .collect(Collectors.joining(" | "));
        return "| %s | %d | %s | %s |"
                .formatted(difference.name(), perSecond, byStage, percent(ends, 0));
    }

    private static String percent(int[] ends, int stage) {
        long count = IntStream.of(ends).filter(end -> end == stage).count();
        return "%.1f".formatted(100.0 * count / ROLLOUTS);
    }

    /** The stage at which the candidate is rejected; 0 if it wins. */
    private static int end(int perSecond, Difference candidate, SplittableRandom random) {
        RealTraffic traffic = new RealTraffic(LIMITS, () -> 0, HTTP, RevisionAccess.DIRECT);
        Difference live = candidate.skewed() ? SKEWED_LIVE : LIVE;
        Rollout rollout = new Rollout("id", "candidate", "live", PLAN);
        for (int stage = 1; stage <= PLAN.last(); stage++) {
            Running running = new Running(rollout, stage, Instant.EPOCH);
            for (int look = 0; look < LOOKS; look++) {
                Sum ofLive = new Sum();
                Sum ofCandidate = new Sum();
                for (int i = 0; i < 5 * perSecond; i++) {
                    boolean isCandidate = random.nextInt(100) < PLAN.percent(stage);
                    (isCandidate ? ofCandidate : ofLive)
                            .add(isCandidate ? candidate : live, random);
                }
                traffic.watch().add(running, ofLive.served(), ofCandidate.served());
                if (!traffic.comparison(running).stream().allMatch(GateResult::passed)) {
                    return stage;
                }
            }
        }
        return 0;
    }

    /** The requests of one revision between two scrapes. */
    private static final class Sum {
        private final long[] upTo = new long[EDGES.length + 1];
        private long requests;
        private long errors;
        private Predictions predictions = Predictions.NONE;

        void add(Difference revision, SplittableRandom random) {
            requests++;
            if (random.nextDouble() < revision.errors()) {
                errors++;
                return;
            }
            double seconds = revision.slower() * 0.003 * Math.exp(0.5 * random.nextGaussian());
            for (int i = 0; i < EDGES.length; i++) {
                upTo[i] += seconds <= EDGES[i] ? 1 : 0;
            }
            upTo[EDGES.length]++;
            double value = random.nextGaussian();
            double m = revision.skewed() ? Math.exp(value) : value;
            m += revision.shift() * (revision.skewed() ? 2.161_197_4 : 1);
            predictions =
                    predictions.plus(new Predictions(1, m, m * m, m * m, m * m * m, m * m * m * m));
        }

        ServedRequests served() {
            Map<Double, Long> latencies = new TreeMap<>();
            for (int i = 0; i < EDGES.length; i++) {
                latencies.put(EDGES[i], upTo[i]);
            }
            latencies.put(Double.POSITIVE_INFINITY, upTo[EDGES.length]);
            return new ServedRequests(requests, errors, 0, latencies, predictions);
        }
    }
}
