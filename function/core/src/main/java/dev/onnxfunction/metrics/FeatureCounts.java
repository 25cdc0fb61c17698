package dev.onnxfunction.metrics;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Counts the values of one feature since the start. Thread-safe. */
final class FeatureCounts {

    private final LongAdder missing = new LongAdder();
    private final LongAdder outOfRange = new LongAdder();
    private final LongAdder unknownCategory = new LongAdder();
    private final LongAdder invalid = new LongAdder();
    private final String name;
    private final @Nullable FeatureBins bins;
    private final LongAdder[] values;

    FeatureCounts(Column column) {
        this.name = column.feature().name();
        this.bins = FeatureBins.of(column);
        this.values = new LongAdder[bins == null ? 0 : bins.names().size()];
        Arrays.setAll(values, _ -> new LongAdder());
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
        return Arrays.stream(values).mapToLong(LongAdder::sum).toArray();
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
            values[bin].increment();
        }
    }

    private void countValues(FeatureBins bins, Batch batch, int step) {
        long[] own = new long[values.length]; // Because each addition to the others is atomic.
        for (int row = 0; row < batch.size(); row += step) {
            int bin = bins.find(batch, row);
            if (bin != FeatureBins.NONE) {
                own[bin]++;
            }
        }
        for (int bin = 0; bin < own.length; bin++) {
            if (own[bin] > 0) {
                values[bin].add(own[bin]);
            }
        }
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
