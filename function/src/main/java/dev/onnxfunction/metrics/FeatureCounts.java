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

    void countMissing() {
        missing.increment();
    }

    void countOutOfRange() {
        outOfRange.increment();
    }

    void countInvalid() {
        invalid.increment();
    }

    /** How many values were missing, as they may. */
    long missing() {
        return missing.sum();
    }

    /** How many values were outside the training range. */
    long outOfRange() {
        return outOfRange.sum();
    }

    /** How many values were refused. */
    long invalid() {
        return invalid.sum();
    }
}
