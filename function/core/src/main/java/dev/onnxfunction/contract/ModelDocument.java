package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Feature;
import dev.onnxfunction.model.ModelCard;
import dev.onnxfunction.model.OnnxModel;

/** What {@code GET /model} tells: the model card, or without one the features that it takes. */
final class ModelDocument {

    private ModelDocument() {}

    static String of(OnnxModel model) {
        ModelCard card = model.card();
        return card == null ? withoutCard(model) : card.json();
    }

    private static String withoutCard(OnnxModel model) {
        JsonWriter json = new JsonWriter(1024).append("{\"features\":[");
        String separator = "";
        for (Feature feature : model.features()) {
            json.append(separator).append("{\"name\":").appendString(feature.name());
            json.append(",\"type\":").appendString(feature.type().toString());
            json.append(feature.missing() ? ",\"missing\":\"allowed\"}" : "}");
            separator = ",";
        }
        return json.append("]}").toString();
    }
}
