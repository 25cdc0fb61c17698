package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.PredictionWriter;

/**
 * A request in another format, rewritten as an array of rows for {@code POST /predict}.
 *
 * @param body request body; its values parse to the same tensor elements
 * @param answer response body
 */
record Transcript(JsonWriter body, JsonWriter answer) {

    /** Rewrites the rows and predictions of a batch. */
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
