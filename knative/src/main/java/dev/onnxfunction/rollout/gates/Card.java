package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * What a revision says of its model at {@code GET /model}.
 *
 * @param model {@code name@version}; null if its file has no card
 * @param target name of what is predicted; null if its file has no card
 * @param types of the features, such as {@code double} and {@code string}, by name
 * @param example a row; null if the card has none
 */
record Card(
        @Nullable String model,
        @Nullable String target,
        Map<String, String> types,
        @Nullable JsonNode example) {

    static Card of(JsonNode json) {
        Map<String, String> types = new HashMap<>();
        for (JsonNode feature : json.path("features")) {
            types.put(feature.path("name").asText(), feature.path("type").asText());
        }
        boolean carded = json.hasNonNull("name") && json.hasNonNull("version");
        return new Card(
                carded ? json.get("name").asText() + "@" + json.get("version").asText() : null,
                json.path("target").path("name").textValue(),
                types,
                json.path("example").isObject() ? json.get("example") : null);
    }
}
