package dev.onnxfunction.http;

import dev.onnxfunction.model.Feature;
import dev.onnxfunction.model.ModelCard;
import dev.onnxfunction.model.OnnxModel;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;

/** What {@code GET /model} tells: the model card, or without one the features that it takes. */
final class ModelDocument {

    private ModelDocument() {}

    static String of(OnnxModel model) {
        ModelCard card = model.card();
        return card == null ? withoutCard(model) : card.json();
    }

    private static String withoutCard(OnnxModel model) {
        StringWriter document = new StringWriter();
        try (JsonGenerator json =
                new JsonFactory().createGenerator(ObjectWriteContext.empty(), document)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("features");
            for (Feature feature : model.features()) {
                json.writeStartObject();
                json.writeStringProperty("name", feature.name());
                json.writeStringProperty("type", feature.type().toString());
                if (feature.missing()) {
                    json.writeStringProperty("missing", "allowed");
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return document.toString();
    }
}
