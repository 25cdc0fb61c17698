package dev.onnxfunction.model;

import dev.onnxfunction.card.FeatureType;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An input or output declared by the graph.
 *
 * @param name name in the graph
 * @param type type of its elements; null if it is not a tensor or has an unsupported type
 * @param typeName the graph's name of the type, for messages
 * @param shape its dimensions, {@value #OPEN} if variable; empty if unknown
 */
record GraphTensor(String name, @Nullable FeatureType type, String typeName, List<Long> shape) {

    static final long OPEN = -1;

    /** Whether the first dimension is variable or 1, so that it can hold rows. */
    boolean hasRows() {
        return !shape.isEmpty() && (shape.getFirst() == OPEN || takesOneRow());
    }

    boolean takesOneRow() {
        return !shape.isEmpty() && shape.getFirst() == 1;
    }

    boolean isMatrix() {
        return shape.size() == 2;
    }

    /** The size of the second dimension, {@value #OPEN} if variable; 1 if there is none. */
    long columns() {
        return isMatrix() ? shape.getLast() : 1;
    }

    /** Whether this can hold this number of floating-point numbers for each row. */
    boolean mayHold(long columns) {
        return type != null && type.isFloating() && (shape.isEmpty() || mayHaveColumns(columns));
    }

    private boolean mayHaveColumns(long columns) {
        return hasRows() && shape.size() <= 2 && (columns() == columns || columns() == OPEN);
    }

    /** Such as {@code "x" double [N, 13]}. */
    @Override
    public String toString() {
        return "\"" + name + "\" " + typeName + (shape.isEmpty() ? "" : dimensions());
    }

    /** Lists tensors in a message. */
    static String describe(List<GraphTensor> tensors) {
        return tensors.isEmpty()
                ? "none at all"
                : tensors.stream().map(GraphTensor::toString).collect(Collectors.joining(", "));
    }

    private String dimensions() {
        return shape.stream()
                .map(size -> size == OPEN ? "N" : size.toString())
                .collect(Collectors.joining(", ", " [", "]"));
    }
}
