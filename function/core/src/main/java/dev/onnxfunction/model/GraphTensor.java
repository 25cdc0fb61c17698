package dev.onnxfunction.model;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An input or output as the graph declares it.
 *
 * @param name in the graph
 * @param type of its elements; absent where it is no tensor or of a type this function cannot use
 * @param typeName as the graph calls the type, for messages
 * @param shape its dimensions, {@value #OPEN} where open; empty where the graph does not tell
 */
record GraphTensor(String name, @Nullable FeatureType type, String typeName, List<Long> shape) {

    static final long OPEN = -1;

    /** Whether the first dimension is left open or 1, so that rows can be its elements. */
    boolean hasRows() {
        return !shape.isEmpty() && (shape.getFirst() == OPEN || takesOneRow());
    }

    boolean takesOneRow() {
        return !shape.isEmpty() && shape.getFirst() == 1;
    }

    boolean isMatrix() {
        return shape.size() == 2;
    }

    /** The size of the second dimension, {@value #OPEN} where open; 1 where there is none. */
    long columns() {
        return isMatrix() ? shape.getLast() : 1;
    }

    /** Whether this may hold that many floating-point numbers for each row. */
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

    private String dimensions() {
        return shape.stream()
                .map(size -> size == OPEN ? "N" : size.toString())
                .collect(Collectors.joining(", ", " [", "]"));
    }
}
