package dev.onnxfunction.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Counts values in buckets. Thread-safe, and cheap enough for every request. */
final class Histogram {

    private final double[] upperBounds;
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    /**
     * @param upperBounds of the buckets, inclusive and ascending; the last bucket has none
     */
    Histogram(double... upperBounds) {
        this.upperBounds = upperBounds.clone();
        this.counts = new LongAdder[upperBounds.length + 1];
        Arrays.setAll(counts, _ -> new LongAdder());
    }

    void add(double value) {
        int found = Arrays.binarySearch(upperBounds, value);
        counts[found >= 0 ? found : -found - 1].increment();
        sum.add(value);
    }

    /** The upper bounds of all buckets but the last. */
    double[] upperBounds() {
        return upperBounds.clone();
    }

    /** How many values are in each bucket. */
    long[] counts() {
        return Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
    }

    double sum() {
        return sum.sum();
    }
}
