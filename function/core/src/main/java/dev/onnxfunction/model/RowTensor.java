package dev.onnxfunction.model;

import dev.onnxfunction.card.FeatureType;

/**
 * A tensor of the graph that holds one row of elements for each row of a batch.
 *
 * @param name its name in the graph
 * @param type type of its elements
 * @param columns elements of one row, at least 1
 */
record RowTensor(String name, FeatureType type, int columns, Form form) {

    /** The layout of rows in a tensor. */
    enum Form {
        /** [N]. */
        VECTOR,
        /** [N, columns]. */
        MATRIX,
        /** An output whose shape the graph does not declare; it is known only after a call. */
        DYNAMIC
    }

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
