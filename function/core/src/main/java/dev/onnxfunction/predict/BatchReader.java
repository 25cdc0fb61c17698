package dev.onnxfunction.predict;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.model.Batch;

/** Reads the rows of a body into a batch. Thread-safe. */
public interface BatchReader {

    /**
     * Adds the rows of a body to an empty batch.
     *
     * @param body one row or an array of rows
     * @param length bytes of it that count
     * @return whether it is an array
     * @throws JsonException if it is no JSON, or no row and no array of rows
     * @throws TooManyRowsException if it has more rows than are allowed
     * @throws TooManyCellsException if it has more rows times features than are allowed
     * @throws InvalidRowsException if rows have faults: all of them are listed
     */
    boolean read(byte[] body, int length, Batch batch);
}
