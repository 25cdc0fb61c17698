package dev.onnxfunction.protocol.v1;

import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFormat;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.protocol.EmbeddedRows;
import dev.onnxfunction.protocol.PredictionsWriter;

import java.util.function.Function;

/** {@code {"instances": […]}}, each an object or a list in the model's order. */
final class InstancesFormat implements RowFormat {

    /** Bytes of {@code {},}, the smallest row: all its features are missing. */
    private static final int SHORTEST_ROW = 3;

    private final EmbeddedRows rows;
    private final PredictionsWriter writer;

    InstancesFormat(ServedModel served) {
        this.rows = new EmbeddedRows(served);
        this.writer = new PredictionsWriter(served);
    }

    @Override
    public Function<Batch, Response> read(Request request, Batch batch) {
        JsonReader json = new JsonReader(request.body(), request.length());
        if (json.isEmpty()) {
            throw new JsonException("is empty");
        }
        Kind kind = json.next();
        if (kind != Kind.OBJECT) {
            throw new JsonException("is " + kind.description());
        }
        boolean found = false;
        boolean details = false;
        while (json.nextMember()) {
            String name = json.string();
            if (name.equals("instances")) {
                if (found) {
                    throw new JsonException("has \"instances\" twice");
                }
                found = true;
                rows.read(json, request, batch);
            } else if (name.equals("parameters")) {
                details |= PredictionsWriter.readDetails(json);
            } else {
                json.skipStrictly();
            }
        }
        json.end();
        if (!found) {
            throw new JsonException("has no \"instances\"");
        }
        boolean detailed = details;
        return predicted -> writer.write(predicted, detailed);
    }

    @Override
    public String wanted() {
        return "{\"instances\": […]} with an object, feature name to value, for each row, or a list"
                + " of values in the model's order";
    }

    @Override
    public boolean mayExceed(Request request, int rows) {
        return request.length() / SHORTEST_ROW > rows;
    }
}
