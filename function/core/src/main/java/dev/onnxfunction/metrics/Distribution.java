package dev.onnxfunction.metrics;

import java.util.concurrent.atomic.DoubleAdder;

/** Histogram of numbers, with their sum. Thread-safe. */
final class Distribution {

    private final Edges edges;
    private final BinCounts counts;
    private final DoubleAdder sum = new DoubleAdder();

    /**
     * @param edges increasing; a number on an edge counts below it, numbers beyond the last edge
     *     have their own bin
     */
    Distribution(double... edges) {
        this.edges = new Edges(edges);
        this.counts = new BinCounts(edges.length + 1);
    }

    void add(double number) {
        counts.increment(edges.below(number));
        sum.add(number);
    }

    /** Numbers of one thread, added to the others at the end. */
    final class Tally {

        private final long[] own = new long[counts.bins()];
        private double ownSum;

        void add(double number) {
            own[edges.below(number)]++;
            ownSum += number;
        }

        void end() {
            counts.add(own);
            sum.add(ownSum);
        }
    }

    /** The upper edge of each bin; the last one is infinite. */
    double[] upperEdges() {
        return edges.andInfinity();
    }

    /** Number of numbers in each bin. */
    long[] counts() {
        return counts.sums();
    }

    double sum() {
        return sum.sum();
    }
}
