package dev.onnxfunction.model;

import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The rows of a batch: their values in the model's memory layout, and which of these values are
 * missing, outside the training range, or a category that is not in the training data. A {@link
 * Column} writes and reads the values of one feature.
 */
public abstract class BatchRows {

    private final TensorBuffer[] inputs;

    /** Number of features. */
    private final int width;

    private final BitSet outOfRange = new BitSet();
    private final BitSet unknownCategory = new BitSet();
    private final BitSet missing = new BitSet();

    /** Rows with a cell in the first two sets. A search in those would go on through other rows. */
    private final BitSet noted = new BitSet();

    private int capacity = 1;
    private int rows;

    /** The row that receives values. */
    private int current;

    BatchRows(List<RowTensor> inputs, int width) {
        this.inputs = buffers(inputs);
        this.width = width;
    }

    static TensorBuffer[] buffers(List<RowTensor> tensors) {
        return tensors.stream().map(tensor -> tensor.buffer(1)).toArray(TensorBuffer[]::new);
    }

    /** Number of rows. */
    public final int size() {
        return rows;
    }

    /** Begins the next row, which receives the following values. */
    public final void addRow() {
        if (rows == capacity) {
            grow();
        }
        current = rows++;
    }

    /** Adds rows that can be filled in any order. */
    public final void addRows(int count) {
        while (rows + count > capacity) {
            grow();
        }
        rows += count;
    }

    /** Adds a row of another batch of the same model, without checking its range. */
    public final void addRow(BatchRows other, int row) {
        addRow();
        for (int i = 0; i < inputs.length; i++) {
            inputs[i].put(current, other.inputs[i], row);
        }
    }

    /** Selects the row, from 0, that receives the following values. */
    public final void goTo(int row) {
        current = row;
    }

    /** Removes the current row. */
    public final void removeRow() {
        rows--;
        noted.clear(rows);
        for (BitSet cells : List.of(outOfRange, unknownCategory, missing)) {
            cells.clear(rows * width, (rows + 1) * width);
        }
    }

    /** Removes all rows. */
    final void clear() {
        rows = 0;
        outOfRange.clear();
        unknownCategory.clear();
        missing.clear();
        noted.clear();
    }

    /**
     * Returns the next column, from this one on, whose value in this row is outside the training
     * range.
     *
     * @return its index, or -1 if there is none
     */
    public final int nextOutOfRange(int row, int column) {
        return next(outOfRange, row, column);
    }

    /**
     * Returns the next column, from this one on, whose category in this row is not in the training
     * data.
     *
     * @return its index, or -1 if there is none
     */
    public final int nextUnknownCategory(int row, int column) {
        return next(unknownCategory, row, column);
    }

    private int next(BitSet cells, int row, int column) {
        for (int next = noted.get(row) ? column : width; next < width; next++) {
            if (cells.get(row * width + next)) {
                return next;
            }
        }
        return -1;
    }

    /** Passes the column of each value outside the training range to a consumer. */
    public final void forEachOutOfRange(IntConsumer column) {
        forEach(outOfRange, column);
    }

    /** Passes the column of each category that is not in the training data to a consumer. */
    public final void forEachUnknownCategory(IntConsumer column) {
        forEach(unknownCategory, column);
    }

    /** Passes the column of each missing value to a consumer. */
    public final void forEachMissing(IntConsumer column) {
        forEach(missing, column);
    }

    private void forEach(BitSet cells, IntConsumer column) {
        for (int cell = cells.nextSetBit(0); cell >= 0; cell = cells.nextSetBit(cell + 1)) {
            column.accept(cell % width);
        }
    }

    final int currentRow() {
        return current;
    }

    /** Number of rows for which there is memory. */
    final int capacity() {
        return capacity;
    }

    final TensorBuffer input(int tensor) {
        return inputs[tensor];
    }

    final TensorBuffer[] inputs() {
        return inputs;
    }

    final void noteOutOfRange(int column) {
        outOfRange.set(current * width + column);
        noted.set(current);
    }

    final void noteUnknownCategory(int column) {
        unknownCategory.set(current * width + column);
        noted.set(current);
    }

    final void noteMissing(int column) {
        missing.set(current * width + column);
    }

    private void grow() {
        capacity = Math.multiplyExact(capacity, 2);
        for (TensorBuffer input : inputs) {
            input.grow(capacity);
        }
        moved();
    }

    /** Is called after the memory of the rows has grown, and so moved. */
    abstract void moved();
}
