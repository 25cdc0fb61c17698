package dev.onnxfunction.bench;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the benchmarks and compares the function with ONNX Runtime alone. Writes {@code
 * target/bench/jmh.md}; exits with 1 if the bar is missed.
 *
 * <p>Each of several rounds runs every benchmark once in a new JVM, so that disturbances of the
 * machine affect all of them. The result is the median of all iterations.
 */
final class Benchmarks {

    private static final int ROUNDS = 3;

    /** Maximum time of {@code predict} for a row, as a multiple of the bare runtime's. */
    private static final double BAR = 2;

    private static final double GOAL = 1.3;

    /** Microseconds of each iteration, by benchmark, such as {@code OneRow.parse}. */
    private final Map<String, List<Double>> times = new TreeMap<>();

    public static void main(String[] args) throws RunnerException, IOException {
        Benchmarks benchmarks = new Benchmarks();
        for (int round = 0; round < ROUNDS; round++) {
            benchmarks.run(new OptionsBuilder());
        }
        String report = benchmarks.report();
        Files.writeString(
                Files.createDirectories(Path.of("target", "bench")).resolve("jmh.md"), report);
        System.out.println("\n" + report);
        System.exit(benchmarks.ratio() <= BAR ? 0 : 1);
    }

    /** Runs each benchmark; fails if one fails. */
    void run(ChainedOptionsBuilder options) throws RunnerException {
        options.include(PredictionBenchmark.class.getName()).shouldFailOnError(true);
        for (RunResult run : new Runner(options.build()).run()) {
            List<Double> own = times.computeIfAbsent(name(run.getParams()), _ -> new ArrayList<>());
            for (BenchmarkResult result : run.getBenchmarkResults()) {
                for (IterationResult iteration : result.getIterationResults()) {
                    own.add(iteration.getPrimaryResult().getScore());
                }
            }
        }
    }

    Map<String, List<Double>> times() {
        return times;
    }

    String report() {
        return "%s%n%s%n%n%s%n".formatted(table(), verdict(ratio()), reader());
    }

    /** How long the function's JSON reader takes beside Jackson's. */
    private String reader() {
        return String.format(
                Locale.ROOT,
                "`parse` takes %.2f × as long as `parseWithJackson` for a thousand rows.",
                median(times("ThousandRows.parse"))
                        / median(times("ThousandRows.parseWithJackson")));
    }

    private String table() {
        StringBuilder table = new StringBuilder("| | µs |\n| --- | --- |\n");
        times.forEach(
                (name, values) ->
                        table.append(
                                String.format(
                                        Locale.ROOT,
                                        "| %s | %.2f (%.2f–%.2f) |%n",
                                        name,
                                        median(values),
                                        Collections.min(values),
                                        Collections.max(values))));
        return table.toString();
    }

    static String verdict(double ratio) {
        return String.format(
                Locale.ROOT,
                "`predict` on a `Map` takes %.2f × as long as the quickest call of ONNX Runtime for"
                        + " one row. Bar: ≤ %.1f ×, %s. Goal: ≤ %.1f ×, %s.",
                ratio,
                BAR,
                ratio <= BAR ? "holds" : "**missed**",
                GOAL,
                ratio <= GOAL ? "holds" : "**missed**");
    }

    private double ratio() {
        return median(times("OneRow.predictMap")) / median(times("OneRow.runtimeInPlace"));
    }

    private List<Double> times(String name) {
        List<Double> found = times.get(name);
        if (found == null) {
            throw new IllegalStateException("There is no benchmark " + name + ": " + times);
        }
        return found;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String name(BenchmarkParams params) {
        return params.getBenchmark().substring(PredictionBenchmark.class.getName().length() + 1);
    }
}
