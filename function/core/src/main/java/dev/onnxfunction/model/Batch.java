package dev.onnxfunction.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;

import dev.onnxfunction.card.Interval;
import dev.onnxfunction.model.BatchLayout.Place;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/**
 * Rows in the model's memory layout, and their predictions.
 *
 * <p>Fill it row by row ({@link #addRow}, then a value for each of {@link #columns}), have it
 * {@linkplain OnnxModel#run run}, read the predictions, close it. It is borrowed from {@link
 * OnnxModel#batch} and keeps its native memory for the next borrower. One thread at a time.
 */
public final class Batch extends BatchRows implements AutoCloseable {

    /** Maximum bytes of a batch that is kept for the next borrower. */
    private static final long KEPT_BYTES = 8L << 20;

    /** Maximum rows of one call; more rows in one call would not be faster. */
    private static final int MAX_PREFERRED_ROWS = 8192;

    private final Signature signature;
    private final Consumer<Batch> lender;
    private final @Nullable PlainColumns plainColumns;
    private final TensorBuffer[] outputs;
    private final Place prediction;
    private final @Nullable Place lower;
    private final @Nullable Place upper;
    private final double lowerOffset;
    private final double upperOffset;

    /** The tensors of the first row; null before its first call, and after the memory has moved. */
    private @Nullable RowBinding firstRow;

    /** The tensors of the first rows, if more than one was bound; null likewise. */
    private @Nullable RowBinding firstRows;

    /** The handle on its calls; null before the first. */
    private @Nullable RunHandle handle;

    /** The task that borrowed it; null while nobody has. */
    private volatile @Nullable Task task;

    /**
     * @param lender gets the batch back when it is closed
     */
    Batch(Signature signature, Consumer<Batch> lender) {
        super(signature.layout().inputs(), signature.columns().size());
        BatchLayout layout = signature.layout();
        this.signature = signature;
        this.lender = lender;
        this.plainColumns = PlainColumns.of(signature.columns());
        this.outputs = buffers(layout.outputs().tensors());
        this.prediction = layout.outputs().prediction();
        this.lower = layout.outputs().lower();
        this.upper = layout.outputs().upper();
        Interval interval = layout.interval();
        this.lowerOffset = interval == null || interval.lower() == null ? 0 : interval.lower();
        this.upperOffset = interval == null || interval.upper() == null ? 0 : interval.upper();
    }

    /** The columns to fill, in the order of the model's features. */
    public List<Column> columns() {
        return signature.columns();
    }

    /** The same columns, if they are plain; otherwise null. */
    public @Nullable PlainColumns plainColumns() {
        return plainColumns;
    }

    /** The task that its calls belong to. */
    public Task task() {
        Task current = task;
        if (current == null) {
            throw new IllegalStateException("The batch has been given back.");
        }
        return current;
    }

    /** The task that borrowed it; null while nobody has. */
    @Nullable Task borrower() {
        return task;
    }

    void lendTo(Task borrower) {
        task = borrower;
    }

    /** Number of rows up to which it is kept for the next borrower; a power of 2, up to 8192. */
    public int preferredBatchSize() {
        long rows = KEPT_BYTES / Math.max(1, signature.layout().bytesPerRow());
        return Integer.highestOneBit(Math.clamp(rows, 1, MAX_PREFERRED_ROWS));
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

    /** Returns the memory; the rows and predictions are lost. */
    @Override
    public void close() {
        clear();
        task = null;
        lender.accept(this);
    }

    boolean isWorthKeeping() {
        return signature.layout().bytesPerRow() * capacity() <= KEPT_BYTES;
    }

    /**
     * Returns the tensors of the first rows. They stay bound until the memory moves or another
     * number of rows is bound, because many requests have as many rows as the one before.
     *
     * @param count number of rows, 1 or more
     */
    RowBinding firstRows(OrtEnvironment environment, int count) throws OrtException {
        if (count == 1) {
            return firstRow(environment);
        }
        RowBinding bound = firstRows;
        if (bound == null || bound.count() != count) {
            if (bound != null) {
                firstRows = null;
                bound.close();
            }
            bound = bind(environment, 0, count);
            firstRows = bound;
        }
        return bound;
    }

    private RowBinding firstRow(OrtEnvironment environment) throws OrtException {
        RowBinding bound = firstRow;
        if (bound == null) {
            bound = bind(environment, 0, 1);
            firstRow = bound;
        }
        return bound;
    }

    /** Returns the tensors of some rows. Close them after the call. */
    RowBinding bind(OrtEnvironment environment, int from, int count) throws OrtException {
        return new RowBinding(environment, signature.layout(), inputs(), outputs, from, count);
    }

    /** Returns the handle on its calls. */
    RunHandle handle() throws OrtException {
        RunHandle made = handle;
        if (made == null) {
            made = new RunHandle();
            handle = made;
        }
        return made;
    }

    /** Closes what the runtime holds of it, before it is dropped. */
    void release() {
        unbind();
        RunHandle made = handle;
        if (made != null) {
            handle = null;
            made.close();
        }
    }

    private void unbind() {
        RowBinding bound = firstRow;
        if (bound != null) {
            firstRow = null;
            bound.close();
        }
        bound = firstRows;
        if (bound != null) {
            firstRows = null;
            bound.close();
        }
    }

    @Override
    void moved() {
        for (TensorBuffer output : outputs) {
            output.grow(capacity());
        }
        unbind();
    }
}
