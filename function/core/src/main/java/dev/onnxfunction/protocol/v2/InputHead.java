package dev.onnxfunction.protocol.v2;

import org.jspecify.annotations.Nullable;

/**
 * An input tensor without its elements.
 *
 * @param name name of a feature, or of the matrix of all features
 * @param type type of its elements
 * @param rows first dimension of its shape
 * @param columns second dimension, 1 if there is none
 * @param flat whether it has one dimension
 * @param data position of its elements in the JSON text; negative if they are binary
 * @param binarySize bytes of its elements; null if they are in the JSON text
 */
record InputHead(
        String name,
        Datatype type,
        int rows,
        int columns,
        boolean flat,
        int data,
        @Nullable Integer binarySize) {

    /** The shape in messages, such as {@code [2, 13]}. */
    String shape() {
        return flat ? "[" + rows + "]" : "[" + rows + ", " + columns + "]";
    }
}
