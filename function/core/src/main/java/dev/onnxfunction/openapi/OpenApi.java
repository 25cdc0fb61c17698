package dev.onnxfunction.openapi;

import static java.util.Objects.requireNonNull;

import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.json.JsonTree;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.settings.Protocol;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The OpenAPI document of the served model: a template in which every string that begins with
 * {@code @} is replaced by a value of the model or the settings. Each protocol that is on adds the
 * file of its name, if there is one.
 */
public final class OpenApi {

    private static final String TEMPLATE = "template";

    private OpenApi() {}

    /**
     * The document, OpenAPI 3.1 in JSON.
     *
     * @param name name of the model in the paths of protocols
     * @param version version of the model in these paths; null if it has none
     * @param operations whether to include health and metrics
     */
    public static String of(
            OnnxModel model,
            Composition composition,
            Settings settings,
            String name,
            @Nullable String version,
            boolean operations) {
        JsonNode document = requireNonNull(resource(TEMPLATE));
        if (!operations) {
            removeOperations(document);
        }
        for (Protocol protocol : settings.http().protocols()) {
            JsonNode addition = resource(protocol.word());
            if (addition != null && (protocol != Protocol.V2 || !composition.hasFunctions())) {
                namePaths((ObjectNode) addition.path("paths"), name, version);
                merge((ObjectNode) document, (ObjectNode) addition);
            }
        }
        replace(document, parts(model, composition, settings));
        return JsonTree.write(document);
    }

    /** Removes health and metrics, and everything that only they refer to. */
    private static void removeOperations(JsonNode document) {
        ObjectNode paths = (ObjectNode) document.get("paths");
        paths.remove(
                paths.propertyStream()
                        .map(Map.Entry::getKey)
                        .filter(path -> path.startsWith("/actuator/"))
                        .toList());
        ((ObjectNode) document.at("/components/schemas")).remove("Health");
        ((ArrayNode) document.get("tags"))
                .removeIf(tag -> !tag.path("name").asString().equals("model"));
    }

    /**
     * Inserts the model's name into the paths of a protocol, and adds each path with the version if
     * it can have one.
     */
    private static void namePaths(ObjectNode paths, String name, @Nullable String version) {
        for (Map.Entry<String, JsonNode> path : List.copyOf(paths.properties())) {
            String named = path.getKey().replace("@{model}", name);
            paths.remove(path.getKey());
            paths.set(named.replace("@{version}", ""), path.getValue());
            if (version != null && named.contains("@{version}")) {
                JsonNode versioned = path.getValue().deepCopy();
                for (JsonNode operation : versioned) {
                    ObjectNode described = (ObjectNode) operation;
                    described.put(
                            "operationId", described.get("operationId").asString() + "Version");
                }
                paths.set(named.replace("@{version}", "/versions/" + version), versioned);
            }
        }
    }

    /** Merges another tree: members into objects, and elements into arrays. */
    private static void merge(ObjectNode tree, ObjectNode addition) {
        for (Map.Entry<String, JsonNode> member : addition.properties()) {
            JsonNode present = tree.get(member.getKey());
            if (present instanceof ObjectNode object) {
                merge(object, (ObjectNode) member.getValue());
            } else if (present instanceof ArrayNode array) {
                array.addAll((ArrayNode) member.getValue());
            } else {
                tree.set(member.getKey(), member.getValue());
            }
        }
    }

    /** Replacements are not searched again, because texts of a card may begin with anything. */
    private static void replace(JsonNode tree, Map<String, JsonNode> parts) {
        if (tree instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                JsonNode part = part(object.get(name), parts);
                if (part == null) {
                    replace(object.get(name), parts);
                } else {
                    object.set(name, part);
                }
            }
        } else if (tree instanceof ArrayNode array) {
            array.forEach(element -> replace(element, parts));
        }
    }

    private static @Nullable JsonNode part(JsonNode value, Map<String, JsonNode> parts) {
        if (!value.isString() || !value.asString().startsWith("@")) {
            return null;
        }
        return requireNonNull(
                parts.get(value.asString()),
                () -> "There is nothing to put at " + value.asString() + ".");
    }

    private static Map<String, JsonNode> parts(
            OnnxModel model, Composition composition, Settings settings) {
        @Nullable ModelCard card = model.card();
        RowSchemas schemas = new RowSchemas(model, composition);
        ArrayNode security = JsonTree.MAPPER.createArrayNode();
        if (settings.apiKeys() != null) {
            security.addObject().putArray("key");
        }
        return Map.ofEntries(
                Map.entry("@title", text(card == null ? "A regression model" : card.name())),
                Map.entry("@version", text(card == null ? "unknown" : card.version())),
                Map.entry("@description", text(description(card, composition))),
                Map.entry("@security", security),
                Map.entry("@max-rows", IntNode.valueOf(settings.limits().maxRows())),
                Map.entry("@max-explained-rows", IntNode.valueOf(settings.explainedRows())),
                Map.entry("@row", schemas.row()),
                Map.entry("@examples", schemas.examples()),
                Map.entry("@prediction", schemas.prediction()),
                Map.entry("@contributions", schemas.contributions()),
                Map.entry("@predict", schemas.predict()),
                Map.entry("@model", schemas.model()));
    }

    private static JsonNode text(String text) {
        return StringNode.valueOf(text);
    }

    private static String description(@Nullable ModelCard card, Composition composition) {
        String described =
                card == null || card.description() == null ? "" : card.description() + " ";
        String through =
                composition.hasFunctions()
                        ? " Rows go through " + composition.definition() + "."
                        : "";
        return described + "A regression model as a serverless function." + through;
    }

    /** Returns the template, or a protocol's addition to it; null if there is none. */
    private static @Nullable JsonNode resource(String name) {
        try (InputStream in = OpenApi.class.getResourceAsStream(name + ".json")) {
            return in == null ? null : JsonTree.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
