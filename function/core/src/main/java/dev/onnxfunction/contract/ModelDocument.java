package dev.onnxfunction.contract;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.json.JsonTree;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.text.Printable;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code GET /model} returns: the model card as it is in the file, or the model's features if
 * there is no card. If rows pass through other functions, {@code x-definition} names them.
 */
final class ModelDocument {

    private ModelDocument() {}

    /** Loads Jackson if there is no card. */
    static String of(OnnxModel model, Composition composition) {
        ModelCard card = model.card();
        String document = card == null ? withoutCard(model) : Printable.json(card.json());
        return composition.hasFunctions() ? with(composition.definition(), document) : document;
    }

    /** Keeps the rest of the text unchanged, including all digits. */
    private static String with(String definition, String document) {
        JsonWriter json = new JsonWriter(document.length() + 64);
        json.append(document.substring(0, document.lastIndexOf('}')));
        return json.append(",\"x-definition\":").appendString(definition).append('}').toString();
    }

    private static String withoutCard(OnnxModel model) {
        ObjectNode document = JsonTree.MAPPER.createObjectNode();
        ArrayNode features = document.putArray("features");
        for (Feature feature : model.features()) {
            ObjectNode member = features.addObject();
            member.put("name", feature.name()).put("type", feature.type().toString());
            if (feature.input() != null) {
                member.put("input", feature.input());
            }
            if (feature.missing()) {
                member.put("missing", "allowed");
            }
        }
        return JsonTree.write(document);
    }
}
