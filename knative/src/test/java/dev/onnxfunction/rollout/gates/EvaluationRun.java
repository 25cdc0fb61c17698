package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.gates.rows.EvaluationFile;
import dev.onnxfunction.rollout.report.ProgressPrinter;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;
import dev.onnxfunction.rollout.testing.Pauses;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Runs the gates on labelled rows against fake functions, without HTTP. */
final class EvaluationRun implements AutoCloseable {

    private final Map<String, FakeFunction> functions = new HashMap<>();
    private final Path file;

    /** The first gate that fails; empty if all pass. */
    private String stopping = "";

    private double probeDistance = 10;
    private double shift = 0.4;

    /** On a loaded machine, noise must not count as slowness. */
    private LatencyLimits latency = new LatencyLimits(9, Duration.ofSeconds(9), 100);

    EvaluationRun() {
        try {
            file = Files.createTempDirectory("evaluation").resolve("rows.csv");
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    void serve(FakeFunction live, FakeFunction candidate) {
        serveLive(live);
        serveCandidate(candidate);
    }

    void serveLive(FakeFunction live) {
        functions.put("live", live);
    }

    /** Replaces an earlier candidate. */
    void serveCandidate(FakeFunction candidate) {
        functions.put("candidate", candidate);
    }

    void withoutProbes() {
        probeDistance = Double.POSITIVE_INFINITY;
    }

    void limitShift(double limit) {
        shift = limit;
    }

    void limitLatency(LatencyLimits limits) {
        latency = limits;
    }

    /** The first gate that fails; empty if all pass. */
    String stopping() {
        return stopping;
    }

    /** Asserts that the gates do with the candidate what the case says. */
    void check(EvaluationCase expected) throws Exception {
        serve(expected.live(), expected.candidate());

        String said = ask(sequence(expected.file(), expected.limits(), null), true);

        assertThat(stopping).as(said).isEqualTo(expected.gate());
        expected.said().forEach(pattern -> assertThat(said).containsPattern(pattern));
        assertThat(said).matches("[\\P{Cntrl}\n]*");
    }

    GateSequence sequence(String rows, EvaluationLimits errors, @Nullable ParityRows parity)
            throws IOException {
        Files.writeString(file, rows);
        return new GateSequence(
                new Limits(null, null, errors, probeDistance, shift, latency, 0.9),
                null,
                parity,
                new LabelledRowsSource(EvaluationFile.read(file), null, errors),
                InstantSource.system(),
                Pauses.SHORT,
                new ProgressPrinter(
                        new PrintStream(OutputStream.nullOutputStream()),
                        false,
                        InstantSource.system()));
    }

    /** Runs the gates, and returns the table and the problem. */
    String ask(GateSequence sequence, boolean compared) throws Exception {
        List<GateResult> results = new ArrayList<>();
        FunctionClient live = compared ? client("live") : null;
        sequence.run(client("candidate"), live, true, results);
        stopping =
                results.stream()
                        .filter(result -> !result.passed())
                        .map(GateResult::gate)
                        .findFirst()
                        .orElse("");
        String problems = results.stream().map(GateResult::problem).collect(Collectors.joining());
        return String.join("\n", ResultTable.lines(results)) + "\n" + problems;
    }

    /** Runs the gates again, as during a rollout, and returns their table. */
    String repeat(GateSequence sequence) throws Exception {
        List<GateResult> results = new ArrayList<>();
        sequence.run(client("candidate"), client("live"), false, results);
        return String.join("\n", ResultTable.lines(results));
    }

    FunctionClient client(String name) {
        RevisionConnection connection =
                new RevisionConnection(
                        new DirectClient(Objects.requireNonNull(functions.get(name), name)),
                        RevisionAccess.DIRECT,
                        name,
                        URI.create("http://" + name + "-m.models.example.com"));
        return new FunctionClient(
                connection, new AttemptCounts(), ErrorBudget.UNLIMITED, Pauses.SHORT);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        Files.delete(file.getParent());
    }
}
