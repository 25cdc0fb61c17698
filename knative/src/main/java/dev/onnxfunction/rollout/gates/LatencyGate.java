package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.statistics.Statistics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Measures the latency of one-row requests from where the command runs. The two revisions take
 * turns, so that noise affects both, and get the same rows, so that neither has faster rows by
 * chance.
 */
final class LatencyGate {

    private static final double PERCENT = 99;
    private static final double HALF = 50;

    /**
     * Number of warm-up requests, which open the connection and let the JVM compile the function.
     */
    private static final int WARM_UP = 100;

    /** Rounds, of which the smallest p99 counts, because noise can only slow a round down. */
    private static final int ROUNDS = 3;

    /** A refusal for single slow requests needs this many times as many requests. */
    private static final int MORE = 5;

    /** Maximum number of rows, spread evenly over all of them. */
    private static final int ROWS = 50;

    private final LatencyLimits limits;
    private final List<String> rows;
    private final SingleAnswers answers;

    /**
     * @param rows with the features of the candidate, at least one
     * @param answers receives all predictions of the candidate
     */
    LatencyGate(LatencyLimits limits, List<JsonNode> rows, SingleAnswers answers) {
        this.limits = limits;
        this.rows = sample(rows);
        this.answers = answers;
        answers.expect(this.rows);
    }

    private static List<String> sample(List<JsonNode> rows) {
        int count = Math.min(ROWS, rows.size());
        return IntStream.range(0, count)
                .mapToObj(i -> rows.get((int) ((long) i * rows.size() / count)).toString())
                .toList();
    }

    /** The time of one of live's rows, in milliseconds. */
    private static double time(FunctionClient live, List<String> rows, int turn)
            throws GateException, InterruptedException {
        return live.single(rows.get(turn % rows.size())).millis();
    }

    /** The same of the candidate's. */
    private double time(FunctionClient candidate, int turn)
            throws GateException, InterruptedException {
        int row = turn % rows.size();
        FunctionClient.Timed answer = candidate.single(rows.get(row));
        answers.add(row, answer.predictions());
        return answer.millis();
    }

    /** Describes the measurement in a sentence. */
    String description() {
        return "p99 is measured with one-row requests from where this command runs, network included, with %d"
                        .formatted(rows.size())
                + (rows.size() == 1 ? " row." : " rows in turn.");
    }

    /** Measures the 99th percentile of the candidate alone. */
    GateResult alone(FunctionClient candidate) throws GateException, InterruptedException {
        warmUp(candidate);
        double[] times = new double[limits.requests()];
        for (int i = 0; i < times.length; i++) {
            times[i] = time(candidate, i);
        }
        return new GateResult("p99", "", ms(Statistics.percentile(times, PERCENT)), "", "");
    }

    /**
     * Compares the 99th percentiles.
     *
     * @param liveRows the same rows with the features of live
     */
    GateResult compare(FunctionClient live, List<JsonNode> liveRows, FunctionClient candidate)
            throws GateException, InterruptedException {
        List<String> same = sample(liveRows);
        for (int i = 0; i < WARM_UP; i++) {
            time(live, same, i);
        }
        warmUp(candidate);
        double[] least = {Double.MAX_VALUE, Double.MAX_VALUE};
        double median = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS && (round == 0 || !passes(least)); round++) {
            double[][] times = inTurn(live, same, candidate, limits.requests());
            double[] p99 = p99(times);
            least = new double[] {Math.min(least[0], p99[0]), Math.min(least[1], p99[1])};
            median = Math.min(median, Statistics.percentile(times[1], HALF));
        }
        if (!passes(least) && passes(new double[] {least[0], median})) {
            // A p99 of one round depends on two or three requests, which may have met with noise.
            least = p99(inTurn(live, same, candidate, MORE * limits.requests()));
        }
        return result(least);
    }

    /** The times of live and of the candidate, which take turns. */
    private double[][] inTurn(
            FunctionClient live, List<String> liveRows, FunctionClient candidate, int requests)
            throws GateException, InterruptedException {
        double[][] times = new double[2][requests];
        for (int i = 0; i < requests; i++) {
            times[0][i] = time(live, liveRows, i);
            times[1][i] = time(candidate, i);
        }
        return times;
    }

    private static double[] p99(double[][] times) {
        return new double[] {
            Statistics.percentile(times[0], PERCENT), Statistics.percentile(times[1], PERCENT)
        };
    }

    private void warmUp(FunctionClient candidate) throws GateException, InterruptedException {
        for (int i = 0; i < WARM_UP; i++) {
            time(candidate, i);
        }
    }

    private boolean passes(double[] p99) {
        return p99[1] <= limits.p99Ratio() * p99[0]
                || p99[1] - p99[0] <= limits.p99Slack().toNanos() / 1e6;
    }

    private GateResult result(double[] p99) {
        String limit = limits.text();
        String problem =
                passes(p99)
                        ? ""
                        : "Its p99 from here is %s and live's %s. Find out what slows it, or raise"
                                        .formatted(ms(p99[1]), ms(p99[0]))
                                + " --max-p99-ratio.";
        return new GateResult("p99", ms(p99[0]), ms(p99[1]), limit, problem);
    }

    private static String ms(double time) {
        return "%.1f ms".formatted(time);
    }
}
