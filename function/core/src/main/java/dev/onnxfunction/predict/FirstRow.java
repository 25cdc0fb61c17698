package dev.onnxfunction.predict;

import dev.onnxfunction.model.Feature;
import dev.onnxfunction.model.FeatureType;
import dev.onnxfunction.model.Histogram;
import dev.onnxfunction.model.ModelCard;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * The row that a model predicts before it is asked: its card's example, else its means and first
 * categories, else 0.
 */
final class FirstRow {

    private FirstRow() {}

    /** Whether it is the card's, and so one that the model takes. */
    static boolean isExample(OnnxModel model) {
        return example(model) != null;
    }

    /**
     * Whether it has categories that are made up: texts or whole numbers, of which a model may take
     * only those that it knows.
     */
    static boolean hasMadeUpCategories(OnnxModel model) {
        return !isExample(model)
                && model.features().stream()
                        .map(Feature::type)
                        .anyMatch(
                                type ->
                                        type == FeatureType.STRING
                                                || type == FeatureType.INT64
                                                || type == FeatureType.INT32);
    }

    static Map<String, Object> of(OnnxModel model) {
        Map<String, Object> example = example(model);
        if (example != null) {
            return example;
        }
        Map<String, Object> row = new HashMap<>();
        for (Feature feature : model.features()) {
            row.put(feature.name(), typical(feature));
        }
        return row;
    }

    private static @Nullable Map<String, Object> example(OnnxModel model) {
        ModelCard card = model.card();
        return card == null ? null : card.example();
    }

    private static String category(Feature feature) {
        return feature.histogram() instanceof Histogram.Categories categories
                ? categories.counts().keySet().iterator().next()
                : "";
    }

    private static Object typical(Feature feature) {
        double mean = feature.mean() == null ? 0 : feature.mean();
        return switch (feature.type()) {
            case DOUBLE, FLOAT, FLOAT16 -> mean;
            case INT64, INT32 -> Math.round(mean);
            case BOOL -> false;
            case STRING -> category(feature);
        };
    }
}
