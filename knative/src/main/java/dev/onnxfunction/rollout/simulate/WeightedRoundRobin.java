package dev.onnxfunction.rollout.simulate;

import dev.onnxfunction.rollout.engine.Traffic;

import java.util.HashMap;
import java.util.Map;

/**
 * Whose turn it is, so that any hundred requests in a row are shared out exactly.
 *
 * <p>Smooth weighted round-robin, as in nginx: at each turn everybody gains its weight, and whoever
 * has most takes the turn and pays the sum of the weights.
 */
final class WeightedRoundRobin {

    private Map<String, Integer> weights = Map.of();
    private final Map<String, Integer> current = new HashMap<>();

    synchronized void become(Traffic traffic) {
        weights = traffic.shares();
        current.clear();
    }

    synchronized String next() {
        weights.forEach((revision, weight) -> current.merge(revision, weight, Integer::sum));
        String turn =
                current.entrySet().stream()
                        .max(Map.Entry.<String, Integer>comparingByValue())
                        .orElseThrow(() -> new IllegalStateException("There is no traffic yet."))
                        .getKey();
        current.merge(turn, -100, Integer::sum);
        return turn;
    }
}
