package dev.onnxfunction.explain;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.json.JsonTree;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/** Writes explanations as JSON. Thread-safe. */
public final class ExplanationWriter {

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
    public String write(List<Explanation> explanations, boolean array) {
        StringBuilder json = new StringBuilder(array ? "[" : "");
        String separator = "";
        for (Explanation explanation : explanations) { // One tree at a time saves memory.
            json.append(separator).append(JsonTree.write(tree(explanation)));
            separator = ",";
        }
        return json.append(array ? "]" : "").toString();
    }

    private ObjectNode tree(Explanation explanation) {
        ObjectNode tree = JsonTree.MAPPER.createObjectNode();
        tree.put("status", "ok").put("predict", explanation.predict());
        tree.put("base", explanation.base());
        ObjectNode contributions = tree.putObject("contributions");
        for (int i = 0; i < features.size(); i++) {
            contributions.put(features.get(i), explanation.contributions().get(i));
        }
        tree.put("method", explanation.method().toString());
        if (card != null) {
            tree.put("model", card.id());
        }
        return tree;
    }
}
