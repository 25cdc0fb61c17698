package dev.onnxfunction.predict;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.Histogram;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * The row that a model predicts at the start: the card's example, otherwise the card's means and
 * most frequent categories, otherwise zeros.
 */
final class FirstRow {

    private FirstRow() {}

    /** Whether it is the card's example, so that the model must take it. */
    static boolean isExample(OnnxModel model) {
        return example(model) != null;
    }

    /**
     * Whether it has invented categories: texts or whole numbers, for which the model may fail
     * because it takes only known ones.
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
