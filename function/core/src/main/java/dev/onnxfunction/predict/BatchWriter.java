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

    /**
     * Writes the response likewise.
     *
     * @param space memory that may be used for the text; its content is lost
     */
    default JsonWriter write(Batch batch, boolean array, byte[] space) {
        return write(batch, array);
    }
}
