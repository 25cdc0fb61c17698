package dev.onnxfunction.metrics;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** What values one feature has had since the start. Thread-safe. */
final class FeatureCounts {

    private final LongAdder missing = new LongAdder();
    private final LongAdder outOfRange = new LongAdder();
    private final LongAdder unknownCategory = new LongAdder();
    private final LongAdder invalid = new LongAdder();
    private final String name;
    private final @Nullable Bins bins;
    private final LongAdder[] values;

    FeatureCounts(Column column) {
        this.name = column.feature().name();
        this.bins = Bins.of(column);
        this.values = new LongAdder[bins == null ? 0 : bins.names().size()];
        Arrays.setAll(values, _ -> new LongAdder());
    }

    String name() {
        return name;
    }

    /** The index of a bin, or its category. */
    String binName(int bin) {
        return bins == null ? Integer.toString(bin) : bins.names().get(bin);
    }

    /** How many values of the training data are in each bin; none if it is not known. */
    long[] trainingValues() {
        return bins == null ? new long[0] : bins.training();
    }

    /** How many values there were in each bin; none if those of the training are not known. */
    long[] values() {
        return Arrays.stream(values).mapToLong(LongAdder::sum).toArray();
    }

    void countValue(Batch batch, int row) {
        int bin = bins == null ? Bins.NONE : bins.find(batch, row);
        if (bin != Bins.NONE) {
            values[bin].increment();
        }
    }

    /** Values that were missing, as they may. */
    LongAdder missing() {
        return missing;
    }

    /** Values outside the training range. */
    LongAdder outOfRange() {
        return outOfRange;
    }

    /** Categories that the training data does not have. */
    LongAdder unknownCategory() {
        return unknownCategory;
    }

    /** Values that were refused. */
    LongAdder invalid() {
        return invalid;
    }
}
