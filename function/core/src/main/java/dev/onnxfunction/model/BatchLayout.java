package dev.onnxfunction.model;

import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.Interval;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The memory of a batch: a buffer for each tensor that the graph takes, and for each one to read.
 *
 * @param inputs the tensors to fill, in the graph's order
 * @param outputs the tensors to read
 * @param interval the card's interval; null if it has none
 */
record BatchLayout(List<RowTensor> inputs, Outputs outputs, @Nullable Interval interval) {

    BatchLayout {
        inputs = List.copyOf(inputs);
    }

    /**
     * The tensors to read.
     *
     * @param tensors each once
     * @param prediction place of the prediction
     * @param lower place of the lower bound; null if no output holds bounds
     * @param upper place of the upper bound, likewise
     */
    record Outputs(
            List<RowTensor> tensors,
            Place prediction,
            @Nullable Place lower,
            @Nullable Place upper) {

        Outputs {
            tensors = List.copyOf(tensors);
        }
    }

    /** A column of an output tensor, both counted from 0. */
    record Place(int tensor, int column) {}

    /** Whether predictions have bounds. */
    boolean hasInterval() {
        return interval != null || outputs.lower() != null;
    }

    /** Whether the runtime reads and writes the memory of a batch in place and copies nothing. */
    boolean isInPlace() {
        for (RowTensor input : inputs) {
            if (input.type() == FeatureType.STRING) {
                return false;
            }
        }
        return true;
    }

    /** The native memory of one row's values, in bytes. */
    long bytesPerRow() {
        long bytes = 0;
        for (RowTensor input : inputs) {
            bytes += input.bytesPerRow();
        }
        return bytes;
    }
}
