package dev.onnxfunction.model;

import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.Interval;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The graph's inputs and outputs: the mapping between rows and tensors, which {@link
 * SignatureReader} creates once when the model is loaded.
 *
 * @param filled the tensors to fill
 * @param outputs the tensors to read
 * @param interval the card's interval; null if it has none
 * @param oneRowPerCall whether the graph's batch dimension is fixed to 1
 */
record Signature(
        Inputs filled, Outputs outputs, @Nullable Interval interval, boolean oneRowPerCall) {

    /** The layout of rows in a tensor. */
    enum Form {
        /** [N]. */
        VECTOR,
        /** [N, columns]. */
        MATRIX,
        /**
         * An output that the graph does not declare enough; its shape is known only after a call.
         */
        DYNAMIC
    }

    /** A tensor of the graph, which holds one row for each row of a batch. */
    record Tensor(String name, FeatureType type, int columns, Form form) {

        TensorBuffer buffer(int rows) {
            return new TensorBuffer(type, columns, rows);
        }

        /** Returns the shape for a number of rows. */
        long[] shape(int rows) {
            return form == Form.VECTOR ? new long[] {rows} : new long[] {rows, columns};
        }

        int bytesPerRow() {
            return columns * type.bytes();
        }
    }

    /**
     * The tensors to fill.
     *
     * @param tensors in the graph's order
     * @param columns one for each feature, in the model's order
     */
    record Inputs(List<Tensor> tensors, List<Column> columns) {

        Inputs {
            tensors = List.copyOf(tensors);
            columns = List.copyOf(columns);
        }
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
            List<Tensor> tensors, Place prediction, @Nullable Place lower, @Nullable Place upper) {

        Outputs {
            tensors = List.copyOf(tensors);
        }
    }

    /** A column of an output tensor, both counted from 0. */
    record Place(int tensor, int column) {}

    List<Tensor> inputs() {
        return filled.tensors();
    }

    List<Column> columns() {
        return filled.columns();
    }

    /** Whether the runtime reads and writes the memory of a batch in place and copies nothing. */
    boolean isInPlace() {
        for (Tensor input : inputs()) {
            if (input.type() == FeatureType.STRING) {
                return false;
            }
        }
        return true;
    }

    /** The native memory of one row, in bytes. */
    long bytesPerRow() {
        long bytes = 0;
        for (Tensor input : inputs()) {
            bytes += input.bytesPerRow();
        }
        return bytes;
    }
}
