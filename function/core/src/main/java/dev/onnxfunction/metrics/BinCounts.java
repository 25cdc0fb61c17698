package dev.onnxfunction.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** How many numbers there are in each bin of a histogram. Thread-safe. */
final class BinCounts {

    private final LongAdder[] counts;

    /**
     * @param bins their number
     */
    BinCounts(int bins) {
        this.counts = new LongAdder[bins];
        Arrays.setAll(counts, _ -> new LongAdder());
    }

    int bins() {
        return counts.length;
    }

    void increment(int bin) {
        counts[bin].increment();
    }

    /** Adds the counts of one thread at once, because each addition is atomic. */
    void add(long[] own) {
        for (int bin = 0; bin < own.length; bin++) {
            if (own[bin] > 0) {
                counts[bin].add(own[bin]);
            }
        }
    }

    long[] sums() {
        return Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
    }
}
