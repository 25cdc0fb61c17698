package dev.onnxfunction.metrics;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.LongAdder;

/** Counts the values of one feature since the start. Thread-safe. */
final class FeatureCounts {

    private final LongAdder missing = new LongAdder();
    private final LongAdder outOfRange = new LongAdder();
    private final LongAdder unknownCategory = new LongAdder();
    private final LongAdder invalid = new LongAdder();
    private final String name;
    private final @Nullable FeatureBins bins;
    private final BinCounts values;

    FeatureCounts(Column column) {
        this.name = column.feature().name();
        this.bins = FeatureBins.of(column);
        this.values = new BinCounts(bins == null ? 0 : bins.names().size());
    }

    String name() {
        return name;
    }

    /** The label of a bin: its index, or its category. */
    String binName(int bin) {
        return bins == null ? Integer.toString(bin) : bins.names().get(bin);
    }

    /** Number of values of the training data in each bin; empty if unknown. */
    long[] trainingValues() {
        return bins == null ? new long[0] : bins.training();
    }

    /** Number of values in each bin; empty if those of the training data are unknown. */
    long[] values() {
        return values.sums();
    }

    /**
     * Counts the values of the rows of a batch.
     *
     * @param step 1 for each row, 2 for every second one and so on
     */
    void countValues(Batch batch, int step) {
        if (bins != null) {
            if (batch.size() == 1) {
                countValue(bins.find(batch, 0));
            } else {
                countValues(bins, batch, step);
            }
        }
    }

    private void countValue(int bin) {
        if (bin != FeatureBins.NONE) {
            values.increment(bin);
        }
    }

    private void countValues(FeatureBins bins, Batch batch, int step) {
        long[] own = new long[values.bins()];
        for (int row = 0; row < batch.size(); row += step) {
            int bin = bins.find(batch, row);
            if (bin != FeatureBins.NONE) {
                own[bin]++;
            }
        }
        values.add(own);
    }

    /** Missing values, where they are allowed. */
    LongAdder missing() {
        return missing;
    }

    /** Values outside the training range. */
    LongAdder outOfRange() {
        return outOfRange;
    }

    /** Categories that are not in the training data. */
    LongAdder unknownCategory() {
        return unknownCategory;
    }

    /** Values that were refused. */
    LongAdder invalid() {
        return invalid;
    }
}
