package dev.onnxfunction.card;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Frequencies of the values of a feature, or of the target, in the training data. */
public sealed interface Histogram {

    /** Maximum number of bins or categories. */
    int MAX_COUNTS = 50;

    /**
     * Frequencies of numbers between edges.
     *
     * @param edges 2 to 51, increasing, in the column's unit; an edge belongs to the bin above it,
     *     the last one to the last bin
     * @param counts one for each bin, 0 or more
     */
    record Bins(List<Double> edges, List<Long> counts) implements Histogram {

        public Bins {
            edges = List.copyOf(edges);
            counts = List.copyOf(counts);
            requireCounts(counts);
            if (edges.size() != counts.size() + 1) {
                throw new IllegalArgumentException(
                        "has %d edges and %d counts, must have one edge more"
                                .formatted(edges.size(), counts.size()));
            }
            for (int i = 1; i < edges.size(); i++) {
                if (edges.get(i - 1) >= edges.get(i)) {
                    throw new IllegalArgumentException("has edges that do not rise");
                }
            }
        }
    }

    /**
     * Frequencies of the values of a string or bool.
     *
     * @param counts value to count, 0 or more, in the card's order; for a bool {@code "true"} and
     *     {@code "false"}
     */
    record Categories(Map<String, Long> counts) implements Histogram {

        public Categories {
            counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
            requireCounts(List.copyOf(counts.values()));
        }
    }

    private static void requireCounts(List<Long> counts) {
        if (counts.isEmpty() || counts.size() > MAX_COUNTS) {
            throw new IllegalArgumentException(
                    "has " + counts.size() + " counts, must have 1 to " + MAX_COUNTS);
        }
        for (long count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException("has a count of " + count + ", must be >= 0");
            }
        }
    }
}
