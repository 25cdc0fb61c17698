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

    void countValue(Batch batch, int row) {
        int bin = bins == null ? FeatureBins.NONE : bins.find(batch, row);
        if (bin != FeatureBins.NONE) {
            values[bin].increment();
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
