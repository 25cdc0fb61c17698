package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.FunctionClient.Sent;
import dev.onnxfunction.rollout.gates.rows.Probes;

import java.util.Comparator;
import java.util.List;

/** Whether some values keep the candidate's model busy, which live's answers at once. */
record SlowProbes(Probes probes, Side candidate, Side live, LatencyLimits limits) {

    /** Attempts, of which the shortest counts, because noise can only slow one down. */
    private static final int ATTEMPTS = 5;

    /**
     * One of the two models.
     *
     * @param rows the probes with its features
     * @param requests in which they were sent
     */
    record Side(FunctionClient client, List<JsonNode> rows, List<Sent> requests) {

        private Sent slowest() {
            return requests.stream().max(Comparator.comparingDouble(Sent::millis)).orElseThrow();
        }

        /** The time of a request with some of the rows, in milliseconds. */
        private double millis(int from, int to) throws GateException, InterruptedException {
            return client.predictTimed(rows.subList(from, to)).requests().stream()
                    .mapToDouble(Sent::millis)
                    .sum();
        }
    }

    /** Compares the slowest requests. The problem is empty if there is none. */
    String problem() throws GateException, InterruptedException {
        Sent slowest = candidate.slowest();
        double lives = live.slowest().millis();
        double millis = slowest.millis();
        for (int i = 0; i < ATTEMPTS && millis > limits.largeRequest(lives); i++) {
            lives = Math.max(lives, live.millis(slowest.from(), slowest.to()));
            millis = Math.min(millis, candidate.millis(slowest.from(), slowest.to()));
        }
        return millis <= limits.largeRequest(lives) ? "" : problem(slowest, millis, lives);
    }

    private String problem(Sent slowest, double millis, double lives)
            throws GateException, InterruptedException {
        int from = slowest.from();
        int to = slowest.to();
        while (to - from > 1) { // Goes on with the slower half.
            int middle = (from + to) / 2;
            if (candidate.millis(from, middle) > candidate.millis(middle, to)) {
                to = middle;
            } else {
                from = middle;
            }
        }
        return "It takes %.0f ms for a request with %d rows with other values, and live %.0f ms. The slowest of them has %s. Find out which values keep the model busy, or raise --max-p99-ratio or --p99-slack."
                .formatted(millis, slowest.to() - slowest.from(), lives, probes.description(from));
    }
}
