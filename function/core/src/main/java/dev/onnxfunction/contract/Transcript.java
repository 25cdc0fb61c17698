package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.PredictionWriter;

/**
 * A request in another format, as if it had come to {@code POST /predict} as an array of rows.
 *
 * @param body of the request; its values read back as the same elements of the tensors
 * @param answer to it
 */
record Transcript(JsonWriter body, JsonWriter answer) {

    /** What has been read and predicted, and so can be asked for again. */
    static Transcript of(OnnxModel model, Batch batch) {
        JsonWriter body = new JsonWriter(4096).append('[');
        for (int row = 0; row < batch.size(); row++) {
            char separator = '{';
            body.append(row == 0 ? "" : ",");
            for (Column column : batch.columns()) {
                body.append(separator).appendString(column.feature().name()).append(':');
                body.append(column.json(batch, row));
                separator = ',';
            }
            body.append('}');
        }
        return new Transcript(body.append(']'), new PredictionWriter(model).write(batch, true));
    }
}
