package dev.onnxfunction.protocol;

import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.BatchWriter;

/**
 * Writes {@code {"predictions": […]}}: a number for each row, or, if the request asks for details
 * or functions take the predictions last, what {@code POST /predict} answers. Thread-safe.
 */
public final class PredictionsWriter {

    /** Numbers with a comma are rarely longer, in bytes. */
    private static final int NUMBER_LENGTH = 21;

    private final BatchWriter writer;
    private final boolean functions;

    public PredictionsWriter(ServedModel served) {
        this.writer = served.composition().writer(served.model(), served.predict());
        this.functions = !served.composition().after().isEmpty();
    }

    /**
     * Reads the parameters of a request, an object.
     *
     * @return whether it asks for details
     */
    public static boolean readDetails(JsonReader json) {
        Kind kind = json.next();
        if (kind != Kind.OBJECT) {
            throw new JsonException("has parameters that are " + kind.description());
        }
        boolean details = false;
        while (json.nextMember()) {
            boolean asked = json.string().equals("details");
            Kind value = json.next();
            if (asked && value != Kind.TRUE && value != Kind.FALSE) {
                throw new JsonException("has details that are " + value.description());
            }
            details |= asked && value == Kind.TRUE;
            json.skipStrictly(value);
        }
        return details;
    }

    /** Writes the response for all rows of a batch. */
    public Response write(Batch batch, boolean details) {
        JsonWriter json = new JsonWriter(batch.size() * NUMBER_LENGTH + 32);
        json.append("{\"predictions\":");
        if (details || functions) {
            json.append(writer.write(batch, true));
        } else {
            json.append('[');
            for (int row = 0; row < batch.size(); row++) {
                json.append(row > 0 ? "," : "").append(batch.prediction(row));
            }
            json.append(']');
        }
        return Response.ok(MediaTypes.JSON, json.append('}'));
    }

    /** Writes a line with the prediction for each row. */
    public Response writeLines(Batch batch) {
        JsonWriter text = new JsonWriter(batch.size() * NUMBER_LENGTH);
        for (int row = 0; row < batch.size(); row++) {
            text.append(batch.prediction(row)).append('\n');
        }
        return Response.ok(MediaTypes.CSV, text);
    }
}
