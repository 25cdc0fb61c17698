package dev.onnxfunction.predict;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.model.Batch;

/** Reads the rows of a body into a batch. Thread-safe. */
public interface BatchReader {

    /**
     * Adds the rows of a body to an empty batch.
     *
     * @param body one row or an array of rows
     * @param length number of valid bytes in {@code body}
     * @return whether it is an array
     * @throws JsonException if it is not JSON, or neither a row nor an array of rows
     * @throws TooManyRowsException if it has more rows than are allowed
     * @throws TooManyCellsException if it has more rows times features than are allowed
     * @throws InvalidRowsException if rows have faults; it lists all of them
     */
    boolean read(byte[] body, int length, Batch batch);
}
