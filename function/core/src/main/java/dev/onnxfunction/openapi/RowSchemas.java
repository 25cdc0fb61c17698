package dev.onnxfunction.openapi;

import static java.util.stream.Collectors.joining;

import dev.onnxfunction.model.Feature;
import dev.onnxfunction.model.FeatureType;
import dev.onnxfunction.model.Interval;
import dev.onnxfunction.model.ModelCard;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON Schemas of what one model takes and answers. */
final class RowSchemas {

    private final List<Feature> features;
    private final @Nullable ModelCard card;
    private final boolean interval;

    RowSchemas(OnnxModel model) {
        this.features = model.features();
        this.card = model.card();
        this.interval = model.hasInterval();
    }

    /** A row. What is refused is in the schema, the training range only in words and x- members. */
    String row() {
        Map<String, String> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Feature feature : features) {
            properties.put(feature.name(), Json.object(property(feature)));
            if (!feature.missing()) {
                required.add(feature.name());
            }
        }
        return object("A value for each feature.", required, properties);
    }

    /** Requests that work: a row and an array of one; none where the card has no example. */
    String examples() {
        if (card == null || card.example() == null) {
            return "{}";
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (Feature feature : features) {
            Object value = card.example().get(feature.name());
            if (value != null) {
                values.put(feature.name(), Json.scalar(value));
            }
        }
        String row = Json.object(values);
        return Json.object(ordered("row", value(row), "array", value("[" + row + "]")));
    }

    String prediction() {
        Map<String, String> properties =
                ordered("status", "{\"type\": \"string\", \"enum\": [\"ok\"]}");
        properties.put("predict", predict());
        List<String> required = new ArrayList<>(List.of("status", "predict"));
        Interval bounds = card == null ? null : card.interval();
        if (interval && bounds != null) {
            required.add("interval");
            properties.put("interval", bounds(bounds));
        }
        properties.put(
                "outOfRange",
                "{\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"description\": \"The"
                        + " features outside the training range, where there are any.\"}");
        properties.put("model", model());
        return object("What the model predicts for a row.", required, properties);
    }

    String predict() {
        ModelCard.Target target = card == null ? null : card.target();
        String text = "What is predicted.";
        if (target != null) {
            text = sentence(target.name(), target.description()) + unit(target.unit());
        }
        return Json.object(
                ordered(
                        "type", "\"number\"",
                        "format", "\"double\"",
                        "description", Json.string(text)));
    }

    String contributions() {
        Map<String, String> properties = new LinkedHashMap<>();
        for (Feature feature : features) {
            properties.put(feature.name(), "{\"type\": \"number\", \"format\": \"double\"}");
        }
        return object(
                "What each feature adds to the base, in the target's unit.",
                features.stream().map(Feature::name).toList(),
                properties);
    }

    String model() {
        return "{\"type\": \"string\", \"description\": \"Name and version of the model, where its"
                + " file has a card.\"}";
    }

    private static String bounds(Interval interval) {
        String text =
                "Lower and upper bound, between which the true value lies with a probability of "
                        + interval.level()
                        + ". "
                        + interval.method();
        return Json.object(
                ordered(
                        "type", "\"array\"",
                        "items", "{\"type\": \"number\", \"format\": \"double\"}",
                        "minItems", "2",
                        "maxItems", "2",
                        "description", Json.string(text)));
    }

    private static Map<String, String> property(Feature feature) {
        Map<String, String> property = new LinkedHashMap<>();
        String type = "\"" + type(feature.type()) + "\"";
        property.put("type", feature.missing() ? "[" + type + ", \"null\"]" : type);
        if (feature.type() != FeatureType.BOOL && feature.type() != FeatureType.STRING) {
            property.put("format", "\"" + feature.type() + "\"");
        }
        property.put("description", Json.string(text(feature)));
        put(property, "x-unit", feature.unit());
        put(property, "x-training-min", feature.min());
        put(property, "x-training-max", feature.max());
        put(property, "x-training-mean", feature.mean());
        return property;
    }

    private static String type(FeatureType type) {
        return switch (type) {
            case DOUBLE, FLOAT -> "number";
            case INT64, INT32 -> "integer";
            case BOOL -> "boolean";
            case STRING -> "string";
        };
    }

    private static String text(Feature feature) {
        String text = sentence(feature.name(), feature.description()) + unit(feature.unit());
        if (feature.min() != null && feature.max() != null && feature.type() != FeatureType.BOOL) {
            text +=
                    " In the training data from %s to %s; others are taken, too, and told."
                            .formatted(feature.min(), feature.max());
        }
        return feature.missing() ? text + " May be null or left out." : text;
    }

    private static String sentence(String name, @Nullable String description) {
        return description == null ? name + "." : description;
    }

    private static String unit(@Nullable String unit) {
        return unit == null ? "" : " Unit: " + unit + ".";
    }

    private static void put(Map<String, String> members, String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, Json.scalar(value));
        }
    }

    private static String object(
            String description, List<String> required, Map<String, String> properties) {
        return Json.object(
                ordered(
                        "type", "\"object\"",
                        "description", Json.string(description),
                        "required",
                                required.stream()
                                        .map(Json::string)
                                        .collect(joining(", ", "[", "]")),
                        "properties", Json.object(properties)));
    }

    private static String value(String json) {
        return "{\"value\": " + json + "}";
    }

    /** Names and JSON by turns. */
    private static Map<String, String> ordered(String... members) {
        Map<String, String> ordered = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            ordered.put(members[i], members[i + 1]);
        }
        return ordered;
    }
}
