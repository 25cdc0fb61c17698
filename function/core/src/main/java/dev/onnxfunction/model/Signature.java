package dev.onnxfunction.model;

import java.util.List;

/**
 * The mapping between rows and the graph's tensors. It is determined once, when the model is
 * loaded.
 *
 * @param layout the tensors to fill and to read
 * @param columns one for each feature, in the model's order
 * @param oneRowPerCall whether the graph's batch dimension is fixed to 1
 */
record Signature(BatchLayout layout, List<Column> columns, boolean oneRowPerCall) {

    Signature {
        columns = List.copyOf(columns);
    }
}
