package dev.onnxfunction.openapi;

import static java.util.stream.Collectors.joining;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.Histogram;
import dev.onnxfunction.card.Interval;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.compose.Step;
import dev.onnxfunction.json.JsonTree;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/** The JSON Schemas of one model's requests and responses, with the functions around it. */
final class RowSchemas {

    private final List<Feature> features;
    private final @Nullable ModelCard card;
    private final boolean interval;
    private final Composition composition;

    RowSchemas(OnnxModel model, Composition composition) {
        this.features = model.features();
        this.card = model.card();
        this.interval = model.hasInterval();
        this.composition = composition;
    }

    /**
     * A row. The schema contains what is refused; the training range is only in descriptions and x-
     * members. The input of functions before the model is unknown.
     */
    ObjectNode row() {
        boolean direct = composition.before().isEmpty();
        ObjectNode row =
                object(
                        direct
                                ? "A value for each feature."
                                : "The input of "
                                        + names(composition.before())
                                        + ", whose output must have the model's features, listed"
                                        + " here.");
        ArrayNode required = direct ? row.putArray("required") : null;
        ObjectNode properties = row.putObject("properties");
        for (Feature feature : features) {
            ObjectNode property = properties.putObject(feature.name());
            if (direct) {
                putType(property, feature);
            }
            describe(property, feature);
            if (required != null && !feature.missing()) {
                required.add(feature.name());
            }
        }
        return row;
    }

    /** Valid requests: a row and an array of one row; empty if no valid example is known. */
    ObjectNode examples() {
        ObjectNode examples = JsonTree.MAPPER.createObjectNode();
        if (card != null && card.example() != null && composition.before().isEmpty()) {
            ObjectNode row = examples.putObject("row").putObject("value");
            for (Feature feature : features) {
                put(row, feature.name(), card.example().get(feature.name()));
            }
            examples.putObject("array").putArray("value").add(row);
        }
        return examples;
    }

    ObjectNode prediction() {
        if (!composition.after().isEmpty()) {
            return object("The output of " + names(composition.after()) + " for the prediction.");
        }
        ObjectNode prediction = object("The prediction for a row.");
        ArrayNode required = prediction.putArray("required").add("status").add("predict");
        ObjectNode properties = prediction.putObject("properties");
        properties.putObject("status").put("type", "string").putArray("enum").add("ok");
        properties.set("predict", predict());
        if (interval) {
            required.add("interval");
            putBounds(properties.putObject("interval"), card == null ? null : card.interval());
        }
        putNames(
                properties.putObject("outOfRange"),
                "The features outside the training range; absent if there are none.");
        putNames(
                properties.putObject("unknownCategory"),
                "The features whose category is not in the training data; absent if there are"
                        + " none.");
        properties.set("model", model());
        return prediction;
    }

    ObjectNode predict() {
        ModelCard.Target target = card == null ? null : card.target();
        String text =
                target == null
                        ? "The prediction."
                        : sentence(target.name(), target.description()) + unit(target.unit());
        return number().put("description", text);
    }

    ObjectNode contributions() {
        ObjectNode contributions =
                object("The contribution of each feature, in the target's unit.");
        ArrayNode required = contributions.putArray("required");
        ObjectNode properties = contributions.putObject("properties");
        for (Feature feature : features) {
            required.add(feature.name());
            properties.set(feature.name(), number());
        }
        return contributions;
    }

    ObjectNode model() {
        return JsonTree.MAPPER
                .createObjectNode()
                .put("type", "string")
                .put("description", "Name and version of the model; absent without a card.");
    }

    private static void putBounds(ObjectNode schema, @Nullable Interval interval) {
        schema.put("type", "array").set("items", number());
        schema.put("minItems", 2).put("maxItems", 2);
        schema.put(
                "description",
                interval == null
                        ? "Lower and upper bound."
                        : "Lower and upper bound at the confidence level "
                                + interval.level()
                                + ". "
                                + interval.method());
    }

    private static void putNames(ObjectNode schema, String description) {
        schema.put("type", "array").putObject("items").put("type", "string");
        schema.put("description", description);
    }

    private static void putType(ObjectNode property, Feature feature) {
        String type = type(feature.type());
        if (feature.missing()) {
            property.putArray("type").add(type).add("null");
        } else {
            property.put("type", type);
        }
        if (feature.unknownRefused()
                && feature.histogram() instanceof Histogram.Categories categories) {
            ArrayNode values = property.putArray("enum");
            categories.counts().keySet().forEach(values::add);
            if (feature.missing()) {
                values.addNull();
            }
        }
        if (feature.type() != FeatureType.BOOL && feature.type() != FeatureType.STRING) {
            property.put("format", feature.type().toString());
        }
    }

    private static void describe(ObjectNode property, Feature feature) {
        property.put("description", text(feature));
        put(property, "x-unit", feature.unit());
        put(property, "x-training-min", feature.min());
        put(property, "x-training-max", feature.max());
        put(property, "x-training-mean", feature.mean());
    }

    private static String type(FeatureType type) {
        return switch (type) {
            case DOUBLE, FLOAT, FLOAT16 -> "number";
            case INT64, INT32 -> "integer";
            case BOOL -> "boolean";
            case STRING -> "string";
        };
    }

    private static String text(Feature feature) {
        String text = sentence(feature.name(), feature.description()) + unit(feature.unit());
        if (feature.min() != null && feature.max() != null && feature.type() != FeatureType.BOOL) {
            text +=
                    " Training range: %s to %s; values outside are predicted with a warning."
                            .formatted(plain(feature.min()), plain(feature.max()));
        }
        return feature.missing() ? text + " May be null or left out." : text;
    }

    /** A whole number without {@code .0}, as people write it. */
    private static String plain(double number) {
        String text = Double.toString(number);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String sentence(String name, @Nullable String description) {
        return description == null ? name + "." : description;
    }

    private static String unit(@Nullable String unit) {
        return unit == null ? "" : " Unit: " + unit + ".";
    }

    private static String names(List<Step> steps) {
        return steps.stream().map(Step::name).collect(joining("|"));
    }

    private static void put(ObjectNode object, String name, @Nullable Object value) {
        if (value != null) {
            object.set(name, JsonTree.MAPPER.valueToTree(value));
        }
    }

    private static ObjectNode number() {
        return JsonTree.MAPPER.createObjectNode().put("type", "number").put("format", "double");
    }

    private static ObjectNode object(String description) {
        return JsonTree.MAPPER
                .createObjectNode()
                .put("type", "object")
                .put("description", description);
    }
}
