package dev.onnxfunction.rollout.gates.statistics;

import java.util.Map;
import java.util.TreeMap;

/**
 * The edges of a histogram's buckets between which a quantile lies. Nothing is interpolated within
 * a bucket. It may be evaluated after each observation.
 */
public final class QuantileBounds {

    private final double beyond;
    private final TreeMap<Double, ShareTest> tests = new TreeMap<>();

    /**
     * @param quantile over 0 and below 1
     */
    public QuantileBounds(double quantile) {
        beyond = 1 - quantile;
    }

    /**
     * Takes observations.
     *
     * @param counts cumulative, by each bucket's upper edge
     */
    public void add(Map<Double, Long> counts) {
        long all = counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
        counts.forEach(
                (edge, count) -> {
                    if (Double.isFinite(edge)) {
                        tests.computeIfAbsent(edge, _ -> new ShareTest(beyond))
                                .add(all - count, all);
                    }
                });
    }

    /**
     * The largest edge that the quantile is shown to exceed; 0 if there is none.
     *
     * @param level maximum probability that it does not
     */
    public double lower(double level) {
        return tests.descendingMap().entrySet().stream()
                .filter(test -> test.getValue().isAbove(level))
                .mapToDouble(Map.Entry::getKey)
                .findFirst()
                .orElse(0);
    }

    /**
     * The smallest edge that the quantile is shown not to exceed; infinite if there is none.
     *
     * @param level maximum probability that it does
     */
    public double upper(double level) {
        return tests.entrySet().stream()
                .filter(test -> test.getValue().isBelow(level))
                .mapToDouble(Map.Entry::getKey)
                .findFirst()
                .orElse(Double.POSITIVE_INFINITY);
    }
}
