package dev.onnxfunction.rollout.simulate;

import dev.onnxfunction.rollout.engine.Traffic;

import java.util.HashMap;
import java.util.Map;

/**
 * Chooses a revision for each request, so that any 100 consecutive requests are split exactly by
 * the shares.
 *
 * <p>Smooth weighted round-robin, as in nginx: at each turn every revision gains its weight; the
 * one with the most takes the turn and loses the sum of the weights.
 */
final class WeightedRoundRobin {

    /** Sum of the weights, which are percentages. */
    private static final int ALL = 100;

    private Map<String, Integer> weights = Map.of();
    private final Map<String, Integer> current = new HashMap<>();

    /** Splits the requests by these shares from now on. */
    synchronized void share(Traffic traffic) {
        weights = traffic.shares();
        current.clear();
    }

    /** Returns the revision of the next request. */
    synchronized String next() {
        weights.forEach((revision, weight) -> current.merge(revision, weight, Integer::sum));
        String turn =
                current.entrySet().stream()
                        .max(Map.Entry.<String, Integer>comparingByValue())
                        .orElseThrow(() -> new IllegalStateException("There is no traffic yet."))
                        .getKey();
        current.merge(turn, -ALL, Integer::sum);
        return turn;
    }
}
