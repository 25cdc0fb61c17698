package dev.onnxfunction.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Histogram of numbers, with their sum. Thread-safe. */
final class Distribution {

    private final Edges edges;
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    /**
     * @param edges increasing; a number on an edge counts below it, numbers beyond the last edge
     *     have their own bin
     */
    Distribution(double... edges) {
        this.edges = new Edges(edges);
        this.counts = new LongAdder[edges.length + 1];
        Arrays.setAll(counts, _ -> new LongAdder());
    }

    void add(double number) {
        counts[edges.below(number)].increment();
        sum.add(number);
    }

    /** Numbers of one thread, added to the others at the end, because each addition is atomic. */
    final class Tally {

        private final long[] own = new long[counts.length];
        private double ownSum;

        void add(double number) {
            own[edges.below(number)]++;
            ownSum += number;
        }

        void end() {
            for (int bin = 0; bin < own.length; bin++) {
                if (own[bin] > 0) {
                    counts[bin].add(own[bin]);
                }
            }
            sum.add(ownSum);
        }
    }

    /** The upper edge of each bin; the last one is infinite. */
    double[] upperEdges() {
        return edges.andInfinity();
    }

    /** Number of numbers in each bin. */
    long[] counts() {
        return Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
    }

    double sum() {
        return sum.sum();
    }
}
