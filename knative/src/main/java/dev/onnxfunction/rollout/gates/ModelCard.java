package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.rows.Feature;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What a revision returns at {@code GET /model}.
 *
 * @param model {@code name@version}; null if its file has no card
 * @param target name of what is predicted; null if its file has no card
 * @param unit of the target; null if its card has none
 * @param features in the model's order; empty if it lists none
 * @param heldOutRmse root mean square error on rows that were held out of its training, in the unit
 *     of the target; null if its card has none
 * @param level probability with which its intervals contain the target, over 0 and below 1; null if
 *     it has no intervals
 * @param example a row; null if the card has none
 */
record ModelCard(
        @Nullable String model,
        @Nullable String target,
        @Nullable String unit,
        List<Feature> features,
        @Nullable Double heldOutRmse,
        @Nullable Double level,
        @Nullable JsonNode example) {

    static ModelCard of(JsonNode json) {
        List<Feature> features = new ArrayList<>();
        for (JsonNode feature : json.path("features")) {
            features.add(
                    new Feature(
                            feature.path("name").asText(),
                            feature.path("type").asText(),
                            feature.path("missing").asText().equals("allowed"),
                            feature.path("min").asDouble(Double.NaN),
                            feature.path("max").asDouble(Double.NaN),
                            categories(feature)));
        }
        boolean carded = json.hasNonNull("name") && json.hasNonNull("version");
        double level = json.path("interval").path("level").asDouble();
        JsonNode rmse = json.path("held_out").path("rmse");
        return new ModelCard(
                carded ? json.get("name").asText() + "@" + json.get("version").asText() : null,
                json.path("target").path("name").textValue(),
                json.path("target").path("unit").textValue(),
                List.copyOf(features),
                rmse.isNumber() ? rmse.doubleValue() : null,
                level > 0 && level < 1 ? level : null,
                json.path("example").isObject() ? json.get("example") : null);
    }

    private static List<String> categories(JsonNode feature) {
        List<String> categories = new ArrayList<>();
        if (feature.path("type").asText().equals("string")) {
            feature.path("histogram").path("counts").fieldNames().forEachRemaining(categories::add);
        }
        return List.copyOf(categories);
    }
}
