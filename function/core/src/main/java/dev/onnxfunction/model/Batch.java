package dev.onnxfunction.model;

import dev.onnxfunction.card.Interval;
import dev.onnxfunction.model.Signature.Place;

import org.jspecify.annotations.Nullable;

import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Rows in the model's memory layout, and their predictions.
 *
 * <p>Fill it row by row ({@link #addRow}, then a value for each of {@link #columns}), have it
 * {@linkplain OnnxModel#run run}, read the predictions, close it. It is borrowed from {@link
 * OnnxModel#batch} and keeps its native memory for the next borrower. One thread at a time.
 */
public final class Batch implements AutoCloseable {

    /** Maximum bytes of a batch that is kept for the next borrower. */
    private static final long KEPT_BYTES = 8L << 20;

    /** Maximum rows of one call; more rows in one call would not be faster. */
    private static final int MAX_PREFERRED_ROWS = 8192;

    private final OnnxModel model;
    private final Signature signature;
    private final TensorBuffer[] inputs;
    private final TensorBuffer[] outputs;
    private final Place prediction;
    private final @Nullable Place lower;
    private final @Nullable Place upper;
    private final double lowerOffset;
    private final double upperOffset;
    private final BitSet outOfRange = new BitSet();
    private final BitSet unknownCategory = new BitSet();
    private final BitSet missing = new BitSet();
    private int capacity = 1;
    private int rows;

    /** The row that receives values. */
    private int current;

    /** The model's binding to the memory of the first row; null after the memory has moved. */
    OnnxModel.@Nullable Binding binding;

    /** The handle on its calls; null before the first. */
    OnnxModel.@Nullable Call call;

    /** The task that borrowed it; null while nobody has. */
    volatile @Nullable Task task;

    Batch(OnnxModel model, Signature signature) {
        this.model = model;
        this.signature = signature;
        this.inputs = buffers(signature.inputs());
        this.outputs = buffers(signature.outputs().tensors());
        this.prediction = signature.outputs().prediction();
        this.lower = signature.outputs().lower();
        this.upper = signature.outputs().upper();
        Interval interval = signature.interval();
        this.lowerOffset = interval == null || interval.lower() == null ? 0 : interval.lower();
        this.upperOffset = interval == null || interval.upper() == null ? 0 : interval.upper();
    }

    private TensorBuffer[] buffers(List<Signature.Tensor> tensors) {
        return tensors.stream().map(tensor -> tensor.buffer(capacity)).toArray(TensorBuffer[]::new);
    }

    /** The columns to fill, in the order of the model's features. */
    public List<Column> columns() {
        return signature.columns();
    }

    /** The task that its calls belong to. */
    public Task task() {
        Task current = task;
        if (current == null) {
            throw new IllegalStateException("The batch has been given back.");
        }
        return current;
    }

    /** Number of rows. */
    public int size() {
        return rows;
    }

    /** Number of rows up to which it is kept for the next borrower; a power of 2, up to 8192. */
    public int preferredBatchSize() {
        long rows = KEPT_BYTES / Math.max(1, signature.bytesPerRow());
        return Integer.highestOneBit(Math.clamp(rows, 1, MAX_PREFERRED_ROWS));
    }

    /** Begins the next row, which receives the following values. */
    public void addRow() {
        if (rows == capacity) {
            grow();
        }
        current = rows++;
    }

    /** Adds rows that can be filled in any order. */
    public void addRows(int count) {
        while (rows + count > capacity) {
            grow();
        }
        rows += count;
    }

    /** Selects the row, from 0, that receives the following values. */
    public void goTo(int row) {
        current = row;
    }

    /** Removes the current row. */
    public void removeRow() {
        rows--;
        int width = columns().size();
        for (BitSet cells : List.of(outOfRange, unknownCategory, missing)) {
            cells.clear(rows * width, (rows + 1) * width);
        }
    }

    /** Adds a row of another batch of the same model, without checking its range. */
    public void addRow(Batch other, int row) {
        addRow();
        for (int i = 0; i < inputs.length; i++) {
            inputs[i].put(currentRow(), other.inputs[i], row);
        }
    }

    /** The prediction for a row, in the target's unit. */
    public double prediction(int row) {
        return get(row, prediction);
    }

    /** The lower bound of a row's prediction; the prediction itself without an interval. */
    public double lower(int row) {
        return lower == null ? prediction(row) + lowerOffset : get(row, lower);
    }

    /** The upper bound of a row's prediction; the prediction itself without an interval. */
    public double upper(int row) {
        return upper == null ? prediction(row) + upperOffset : get(row, upper);
    }

    private double get(int row, Place place) {
        return outputs[place.tensor()].get(row, place.column());
    }

    /** Whether a row's prediction and bounds are finite. */
    public boolean isFinite(int row) {
        return Double.isFinite(prediction(row))
                && Double.isFinite(lower(row))
                && Double.isFinite(upper(row));
    }

    /**
     * Returns the next column, from this one on, whose value in this row is outside the training
     * range.
     *
     * @return its index, or -1 if there is none
     */
    public int nextOutOfRange(int row, int column) {
        return next(outOfRange, row, column);
    }

    /**
     * Returns the next column, from this one on, whose category in this row is not in the training
     * data.
     *
     * @return its index, or -1 if there is none
     */
    public int nextUnknownCategory(int row, int column) {
        return next(unknownCategory, row, column);
    }

    private int next(BitSet cells, int row, int column) {
        int width = columns().size();
        int found = cells.nextSetBit(row * width + column);
        return found < 0 || found >= (row + 1) * width ? -1 : found - row * width;
    }

    /** Passes the column of each value outside the training range to a consumer. */
    public void forEachOutOfRange(IntConsumer column) {
        forEach(outOfRange, column);
    }

    /** Passes the column of each category that is not in the training data to a consumer. */
    public void forEachUnknownCategory(IntConsumer column) {
        forEach(unknownCategory, column);
    }

    /** Passes the column of each missing value to a consumer. */
    public void forEachMissing(IntConsumer column) {
        forEach(missing, column);
    }

    private void forEach(BitSet cells, IntConsumer column) {
        for (int cell = cells.nextSetBit(0); cell >= 0; cell = cells.nextSetBit(cell + 1)) {
            column.accept(cell % columns().size());
        }
    }

    /** Returns the memory; the rows and predictions are lost. */
    @Override
    public void close() {
        rows = 0;
        outOfRange.clear();
        unknownCategory.clear();
        missing.clear();
        model.takeBack(this);
    }

    boolean isWorthKeeping() {
        return signature.bytesPerRow() * capacity <= KEPT_BYTES;
    }

    int currentRow() {
        return current;
    }

    void noteOutOfRange(int column) {
        outOfRange.set(currentRow() * columns().size() + column);
    }

    void noteUnknownCategory(int column) {
        unknownCategory.set(currentRow() * columns().size() + column);
    }

    void noteMissing(int column) {
        missing.set(currentRow() * columns().size() + column);
    }

    TensorBuffer input(int tensor) {
        return inputs[tensor];
    }

    TensorBuffer output(int tensor) {
        return outputs[tensor];
    }

    private void grow() {
        capacity = Math.multiplyExact(capacity, 2);
        for (TensorBuffer input : inputs) {
            input.grow(capacity);
        }
        for (TensorBuffer output : outputs) {
            output.grow(capacity);
        }
        OnnxModel.unbind(this);
    }
}
