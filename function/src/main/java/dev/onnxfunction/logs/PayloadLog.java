package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.observe.TraceContext;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Logs a share of the predicted rows with all their values and the prediction. Always in JSON,
 * because programs read the lines as training data.
 */
public final class PayloadLog implements Observer {

    private final String model;
    private final double share;

    /**
     * @param share share of the rows, 0 to 1, that are logged at random
     */
    public PayloadLog(OnnxModel model, double share) {
        this.model = model.toString();
        this.share = share;
    }

    @Override
    public void predicted(Batch batch, TraceContext trace) {
        for (int row = 0; row < batch.size(); row++) {
            if (ThreadLocalRandom.current().nextDouble() < share) {
                Log.write("payload", payload(batch, row), trace);
            }
        }
    }

    private JsonWriter payload(Batch batch, int row) {
        JsonWriter json = new JsonWriter(512).append("{\"model\":").appendString(model);
        json.append(",\"row\":");
        char separator = '{';
        for (Column column : batch.columns()) {
            json.append(separator).appendString(column.feature().name());
            json.append(':').append(column.json(batch, row));
            separator = ',';
        }
        return json.append("},\"predict\":").append(batch.prediction(row)).append('}');
    }
}
