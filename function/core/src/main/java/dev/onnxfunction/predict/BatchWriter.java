package dev.onnxfunction.predict;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;

/** Writes the response for a batch of predicted rows. Thread-safe. */
public interface BatchWriter {

    /**
     * Writes the response in JSON.
     *
     * @param array whether to write an array; if false, the batch must have one row
     */
    JsonWriter write(Batch batch, boolean array);
}
