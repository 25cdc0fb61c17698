package dev.onnxfunction.model;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An input or output as the graph declares it.
 *
 * @param name in the graph
 * @param type of its elements; absent where it is no tensor or of a type this function cannot use
 * @param typeName as the graph calls the type, for messages
 * @param shape its dimensions, {@value #OPEN} where open; empty where the graph does not tell
 */
record GraphTensor(String name, @Nullable ElementType type, String typeName, List<Long> shape) {

    static final long OPEN = -1;

    /** Whether the first dimension takes any number of rows. */
    boolean takesAnyRows() {
        return !shape.isEmpty() && shape.getFirst() == OPEN;
    }

    boolean takesOneRow() {
        return !shape.isEmpty() && shape.getFirst() == 1;
    }

    /** Whether this is [N, columns], or [N] for one column. */
    boolean hasColumns(long columns) {
        return (columns == 1 && shape.size() == 1)
                || (shape.size() == 2 && shape.getLast() == columns);
    }

    /** Such as {@code "x" double [N, 13]}. */
    @Override
    public String toString() {
        return "\"" + name + "\" " + typeName + dimensions();
    }

    private String dimensions() {
        return shape.stream()
                .map(size -> size == OPEN ? "N" : size.toString())
                .collect(Collectors.joining(", ", " [", "]"));
    }
}
