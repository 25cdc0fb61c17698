package dev.onnxfunction.predict;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;

/** Writes the answer to all rows of a batch that the model has predicted. Thread-safe. */
public interface BatchWriter {

    /**
     * Writes the answer in JSON.
     *
     * @param array whether as an array; otherwise the batch has one row
     */
    JsonWriter write(Batch batch, boolean array);
}
