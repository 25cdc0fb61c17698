package dev.onnxfunction.explain;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Feature;
import dev.onnxfunction.model.ModelCard;
import dev.onnxfunction.model.OnnxModel;

import java.util.List;

/** Writes explanations as JSON. Thread-safe. */
public final class ExplanationWriter {

    private static final int USUAL_LENGTH = 1024;

    private final List<String> features;
    private final String end;

    public ExplanationWriter(OnnxModel model) {
        this.features = model.features().stream().map(Feature::name).toList();
        ModelCard card = model.card();
        this.end = card == null ? "\"}" : "\",\"model\":\"" + card.id() + "\"}";
    }

    /**
     * Writes the answer to all rows.
     *
     * @param array whether as an array; otherwise there is one
     */
    public JsonWriter write(List<Explanation> explanations, boolean array) {
        JsonWriter json = new JsonWriter(USUAL_LENGTH);
        json.append(array ? "[" : "");
        String separator = "";
        for (Explanation explanation : explanations) {
            write(explanation, json.append(separator));
            separator = ",";
        }
        return json.append(array ? "]" : "");
    }

    private void write(Explanation explanation, JsonWriter json) {
        json.append("{\"status\":\"ok\",\"predict\":").append(explanation.predict());
        json.append(",\"base\":").append(explanation.base());
        json.append(",\"contributions\":{");
        for (int i = 0; i < features.size(); i++) {
            json.append(i == 0 ? "" : ",").appendString(features.get(i));
            json.append(':').append(explanation.contributions().get(i));
        }
        json.append("},\"method\":\"").append(explanation.method().toString()).append(end);
    }
}
