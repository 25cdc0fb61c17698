package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Instance;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Undecided;
import dev.onnxfunction.rollout.engine.Observation.Untested;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The shadow: a candidate's responses to copies of the clients' requests to live. */
class ShadowGatesTest {

    private static final String KEY = "the-key-of-rollouts-0123";
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    private static final RolloutPlan PLAN =
            new RolloutPlan(List.of(100), Duration.ZERO, Duration.ofMinutes(5));
    private static final String REFUSED =
            "400:{\"title\":\"Invalid features\",\"status\":400,\"errors\":[{\"row\":0,\"feature\":"
                    + "\"RM\",\"problem\":\"missing, but there is \\\"secret\\\"\"}]}";

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Map<String, Queue<String>> samples =
            Map.of("a", new ArrayDeque<>(), "b", new ArrayDeque<>(), "live", new ArrayDeque<>());
    private final List<String> askedForSamples = new CopyOnWriteArrayList<>();
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private UnaryOperator<String> candidate = body -> "200:" + body;
    private Instant now = START;
    private double accepted;
    private final Map<String, HttpServer> servers = new HashMap<>();

    @BeforeEach
    void start() throws IOException {
        for (String name : List.of("a", "b", "live", "candidate")) {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            HttpServer server = HttpServer.create(any, 0);
            server.createContext("/actuator/sample", exchange -> hand(exchange, name));
            server.createContext("/predict", this::predict);
            server.start();
            servers.put(name, server);
        }
        instances.add(instance("a", address("a")));
    }

    @AfterEach
    void stop() {
        servers.values().forEach(server -> server.stop(0));
    }

    @Test
    void oneThatAnswersAsLiveDoesPassesWithEnoughRows() throws Exception {
        ShadowGates gates = gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), false);
        samples("a", row(1), row(2));
        assertThat(run(gates)).isInstanceOf(Undecided.class);
        samples("a", IntStream.range(3, 39).mapToObj(ShadowGatesTest::row).toList());
        assertThat(run(gates)).isInstanceOf(Undecided.class);
        samples(
                "a",
                "{\"body\":\"[{\\\"predict\\\":41},{\\\"predict\\\":42}]\","
                        + "\"answer\":[{\"predict\":41},{\"predict\":42}]}");

        assertThat(run(gates)).isEqualTo(new Passed(0, START));
        assertThat(shown).hasSize(39).contains("[{\"predict\":41},{\"predict\":42}]");
        assertThat(text())
                .containsPattern("shadow errors +0 of 39 requests refused or failed .*passed")
                .containsPattern("shadow shift +0.000 sd +≤ 0.75 sd +passed: 40 rows");
        assertThat(run(gates)).as("it is reported once").isInstanceOf(Passed.class);
        assertThat(askedForSamples).hasSize(3);
    }

    /** Nothing of the client's request is shown. */
    @Test
    void oneThatRefusesWhatLiveAnsweredFails() throws Exception {
        candidate = _ -> REFUSED;
        samples("a", row(1), row(2), row(3), row(4));

        Verdict verdict = run(gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), true));

        assertThat(verdict)
                .isInstanceOf(Failed.class)
                .asString()
                .contains(
                        "Gate 'shadow errors': Of copies of requests that live answered, 3 of 3"
                                + " were refused or failed, the last one with 400 Invalid features"
                                + " (RM).");
        assertThat(shown).hasSize(3);
        assertThat(text() + verdict).doesNotContain("secret");
    }

    @Test
    void oneThatFailsIsToldFromOneThatRefuses() throws Exception {
        candidate = _ -> "500:{}";
        samples("a", row(1), row(2), row(3), row(4));

        assertThat(run(gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), true)))
                .asString()
                .contains("3 of 3 were refused or failed, the last one with 500.");
    }

    @Test
    void oneThatPredictsOtherwiseOnRealRowsFails() throws Exception {
        candidate = body -> "200:" + body.replaceAll("(\\d+)", "-$1");
        samples("a", IntStream.range(1, 41).mapToObj(ShadowGatesTest::row).toList());

        assertThat(run(gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), true)))
                .asString()
                .contains("Gate 'shadow shift': On 40 rows of clients, its predictions are 4.");
    }

    @Test
    void oneThatMovesAsFarOnLabelledRowsPasses() throws Exception {
        accepted = 47; // Two times the root mean square of 1 to 40.
        candidate = body -> "200:" + body.replaceAll("(\\d+)", "-$1");
        samples("a", IntStream.range(1, 41).mapToObj(ShadowGatesTest::row).toList());

        assertThat(run(gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), true)))
                .isEqualTo(new Passed(0, START));
        assertThat(text()).containsPattern("shadow shift +4.0\\d+ sd +≤ 5.089 sd +passed: 40 rows");
    }

    @Test
    void rowsThatAreAllAlikeAreNotCompared() throws Exception {
        candidate = _ -> "200:{\"predict\":9}";
        samples("a", IntStream.range(1, 41).mapToObj(_ -> row(1)).toList());

        assertThat(run(gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), false)))
                .isInstanceOf(Passed.class);
        assertThat(text()).contains("unknown: live predicts only 1 different values for 40 rows");
    }

    @Test
    void tooFewRowsInTimeAreInconclusive() throws Exception {
        ShadowGates strict = gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), false);
        ShadowGates lenient = gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), true);
        samples("a", row(1));
        assertThat(run(strict))
                .isEqualTo(
                        new Undecided(
                                0,
                                START,
                                "shadow: 1 of 40 rows, 0 of 1 requests refused or failed"));
        assertThat(run(lenient)).isInstanceOf(Undecided.class);

        now = START.plus(Duration.ofMinutes(10));
        assertThat(run(strict))
                .asString()
                .contains(
                        "Gate 'shadow': 1 of 40 rows, 0 of 1 requests refused or failed in 10 min:"
                                + " inconclusive. Ask for fewer with --shadow, wait longer with"
                                + " --shadow-time, or give --inconclusive pass.");
        assertThat(run(lenient)).isInstanceOf(Passed.class);
    }

    @Test
    void inATimeAllRowsAreCompared() throws Exception {
        ShadowGates gates = gates(ShadowLimits.time(Duration.ofMinutes(1), 2), false);
        samples("a", row(1), row(2), row(3));
        assertThat(run(gates)).isInstanceOf(Undecided.class);
        now = START.plus(Duration.ofMinutes(1));
        samples("a", row(4));

        assertThat(run(gates)).isInstanceOf(Passed.class);
        assertThat(shown).hasSize(4);
    }

    @Test
    void everyPodIsAskedAndOneThatIsGoneIsNone() throws Exception {
        instances.add(instance("b", address("b")));
        instances.add(instance("gone", URI.create("http://127.0.0.1:1/")));
        instances.add(instance("out of reach", null));
        samples("a", row(1));
        samples("b", row(2));

        run(gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), false));

        assertThat(shown).hasSize(2);
        assertThat(askedForSamples).containsExactly("a", "b");
    }

    @Test
    void liveIsNotWokenForIt() throws Exception {
        instances.clear();

        run(gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), false));

        assertThat(askedForSamples).isEmpty();
    }

    @Test
    void podsThatCannotBeReachedAreAskedThroughTheIngress() throws Exception {
        instances.set(0, instance("a", null));
        samples("live", row(1));

        run(gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), false));

        assertThat(askedForSamples).containsExactly("live");
        assertThat(shown).hasSize(1);
    }

    @Test
    void withoutCopiesNobodyIsJudged() throws Exception {
        queue("a").add("403:{\"title\":\"Forbidden\"}");

        assertThat(run(gates(ShadowLimits.rows(40, Duration.ofMinutes(10)), true)))
                .isInstanceOf(Untested.class)
                .asString()
                .contains("/actuator/sample answers 403", "as rollout.key or in rollout.keys");
    }

    @Test
    void itComesAfterTheOtherGatesAndBeforeTraffic() throws Exception {
        Verdict failed = new LiveFailed(0, START, "Live failed.");
        ShadowGates gates = gates(failed, ShadowLimits.rows(40, Duration.ofMinutes(10)), false);

        assertThat(run(gates)).isEqualTo(failed);
        Running later = new Running(running().rollout(), 1, START);
        assertThat(gates.run(later, pods())).isEqualTo(failed);
        assertThat(askedForSamples).isEmpty();
    }

    private Verdict run(Gates gates) throws InterruptedException {
        return gates.run(running(), pods());
    }

    private static Running running() {
        return new Running(new Rollout("id", "candidate", "live", PLAN), 0, START);
    }

    private ShadowGates gates(ShadowLimits limits, boolean inconclusivePasses) {
        return gates(new Passed(0, START), limits, inconclusivePasses);
    }

    private ShadowGates gates(Verdict first, ShadowLimits limits, boolean inconclusivePasses) {
        return new ShadowGates(
                (_, _) -> first,
                limits,
                new Limits(
                        null,
                        null,
                        new EvaluationLimits(
                                1.05, 1.25, List.of(), 50, false, inconclusivePasses, false),
                        10,
                        0.75,
                        new LatencyLimits(1.5, Duration.ofMillis(5), 200),
                        0.9),
                new ErrorBudget(0.001),
                () -> accepted,
                new RevisionAccess(null, Map.of(RevisionAccess.KEY_HEADER, KEY)),
                () -> now,
                _ -> {},
                new ProgressPrinter(
                        new PrintStream(output, true, StandardCharsets.UTF_8), false, () -> now));
    }

    private String text() {
        return output.toString(StandardCharsets.UTF_8);
    }

    private static String row(int prediction) {
        return "{\"body\":\"{\\\"predict\\\":%1$d}\",\"answer\":{\"predict\":%1$d}}"
                .formatted(prediction);
    }

    private void samples(String pod, String... requests) {
        samples(pod, List.of(requests));
    }

    private void samples(String pod, List<String> requests) {
        queue(pod)
                .add(
                        requests.stream()
                                .collect(
                                        Collectors.joining(
                                                ",",
                                                "200:{\"model\":\"m@1\",\"tooLarge\":0,\"requests\":[",
                                                "]}")));
    }

    private Queue<String> queue(String pod) {
        return requireNonNull(samples.get(pod));
    }

    private void hand(HttpExchange exchange, String name) throws IOException {
        askedForSamples.add(name);
        assertThat(exchange.getRequestMethod()).isEqualTo("POST");
        String sample = queue(name).poll();
        answer(exchange, sample == null ? "200:{\"tooLarge\":0,\"requests\":[]}" : sample);
    }

    private void predict(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (shown.isEmpty() || !shown.getLast().equals(body)) {
            shown.add(body);
        }
        answer(exchange, candidate.apply(body));
    }

    private static void answer(HttpExchange exchange, String answer) throws IOException {
        if (!KEY.equals(exchange.getRequestHeaders().getFirst("X-Rollout-Key"))) {
            exchange.sendResponseHeaders(418, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
        byte[] bytes = answer.substring(4).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private URI address(String name) {
        return URI.create(
                "http://127.0.0.1:" + requireNonNull(servers.get(name)).getAddress().getPort());
    }

    private static Instance instance(String name, @Nullable URI address) {
        return new Instance(name, name, address, "", START, 0, false, 0);
    }

    /** The addresses of the fakes. */
    private Platform pods() {
        return new AddressedRevisions(
                this::address,
                revision -> {
                    assertThat(revision).isEqualTo("live");
                    return instances;
                });
    }
}
