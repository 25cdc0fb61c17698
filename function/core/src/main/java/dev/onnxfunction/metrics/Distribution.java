package dev.onnxfunction.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Histogram of numbers, with their sum. Thread-safe. */
final class Distribution {

    private final double[] edges;
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    /**
     * @param edges increasing; a number on an edge counts below it, numbers beyond the last edge
     *     have their own bin
     */
    Distribution(double... edges) {
        this.edges = edges.clone();
        this.counts = new LongAdder[edges.length + 1];
        Arrays.setAll(counts, _ -> new LongAdder());
    }

    void add(double number) {
        counts[bin(number)].increment();
        sum.add(number);
    }

    /** Numbers of one thread, added to the others at the end, because each addition is atomic. */
    final class Tally {

        private final long[] own = new long[counts.length];
        private double ownSum;

        void add(double number) {
            own[bin(number)]++;
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

    /** Compares with all edges, of which there are few: a search would branch unpredictably. */
    private int bin(double number) {
        int bin = 0;
        for (double edge : edges) {
            bin += number <= edge ? 0 : 1;
        }
        return bin;
    }

    /** The upper edge of each bin; the last one is infinite. */
    double[] upperEdges() {
        double[] upper = Arrays.copyOf(edges, counts.length);
        upper[edges.length] = Double.POSITIVE_INFINITY;
        return upper;
    }

    /** Number of numbers in each bin. */
    long[] counts() {
        return Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
    }

    double sum() {
        return sum.sum();
    }
}
