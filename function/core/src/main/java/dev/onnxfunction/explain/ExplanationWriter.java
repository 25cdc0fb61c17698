package dev.onnxfunction.explain;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Writes explanations as JSON. Thread-safe. */
public final class ExplanationWriter {

    /** Numbers and names of a feature are rarely longer, in bytes. */
    private static final int FEATURE_LENGTH = 40;

    private final List<String> features;
    private final @Nullable ModelCard card;

    public ExplanationWriter(OnnxModel model) {
        this.features = model.features().stream().map(Feature::name).toList();
        this.card = model.card();
    }

    /**
     * Writes the response for all rows.
     *
     * @param array whether to write an array; if false, there must be one row
     */
    public JsonWriter write(List<Explanation> explanations, boolean array) {
        JsonWriter json = new JsonWriter(features.size() * FEATURE_LENGTH);
        if (array) {
            json.append('[');
        }
        for (int i = 0; i < explanations.size(); i++) {
            if (i > 0) {
                json.append(',');
            }
            write(explanations.get(i), json);
        }
        return array ? json.append(']') : json;
    }

    private void write(Explanation explanation, JsonWriter json) {
        json.appendAscii("{\"status\":\"ok\",\"predict\":").append(explanation.predict());
        json.appendAscii(",\"base\":").append(explanation.base());
        json.appendAscii(",\"contributions\":{");
        for (int i = 0; i < features.size(); i++) {
            if (i > 0) {
                json.append(',');
            }
            json.appendString(features.get(i)).append(':');
            json.append(explanation.contributions().get(i));
        }
        json.appendAscii("},\"method\":").appendString(explanation.method().toString());
        if (card != null) {
            json.appendAscii(",\"model\":").appendString(card.id());
        }
        json.append('}');
    }
}
