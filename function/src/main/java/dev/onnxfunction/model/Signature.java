package dev.onnxfunction.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes into the graph and what comes out: the agreement between rows and tensors, made once
 * when the model is loaded by {@link SignatureReader}.
 *
 * @param inputs the tensors to fill
 * @param columns one for each feature, in the model's order
 * @param output the tensor that holds the predictions, one column
 * @param bounds the tensor that holds lower and upper bounds; absent where the card names none
 * @param interval how bounds come about; absent where the card gives none
 * @param oneRowPerCall whether the graph's batch dimension is fixed to 1
 */
record Signature(
        List<Tensor> inputs,
        List<Column> columns,
        Tensor output,
        @Nullable Tensor bounds,
        @Nullable Interval interval,
        boolean oneRowPerCall) {

    /**
     * A tensor of the graph, one row of it for each row of a batch.
     *
     * @param flat whether its shape is [N] and not [N, columns]
     */
    record Tensor(String name, ElementType element, int columns, boolean flat) {

        TensorBuffer buffer(int rows) {
            return new TensorBuffer(element, columns, rows);
        }

        /** The shape of that many rows. */
        long[] shape(int rows) {
            return flat ? new long[] {rows} : new long[] {rows, columns};
        }

        int bytesPerRow() {
            return columns * element.bytes;
        }
    }

    Signature {
        inputs = List.copyOf(inputs);
        columns = List.copyOf(columns);
    }

    /** Whether the runtime reads every input from native memory and copies none. */
    boolean isInPlace() {
        return inputs.stream().noneMatch(input -> input.element() == ElementType.STRING);
    }

    /** The native memory of one row, in bytes. */
    long bytesPerRow() {
        return inputs.stream().mapToLong(Tensor::bytesPerRow).sum();
    }
}
