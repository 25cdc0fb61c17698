package dev.onnxfunction.predict;

import dev.onnxfunction.model.Feature;

import java.util.ArrayList;
import java.util.List;

/** Which value of a row is which feature, where rows are lists. Immutable. */
public final class RowOrder {

    private final int[] features;
    private final List<String> others;

    private RowOrder(int[] features, List<String> others) {
        this.features = features;
        this.others = List.copyOf(others);
    }

    /** The model's own order, with all of its features. */
    public static RowOrder ofModel(List<Feature> features) {
        return ofNames(features.stream().map(Feature::name).toList(), features);
    }

    /**
     * The order that names give.
     *
     * @param names of the values; those that are no feature are ignored
     * @param features of the model, in its order
     */
    public static RowOrder ofNames(List<String> names, List<Feature> features) {
        List<String> known = features.stream().map(Feature::name).toList();
        int[] indexes = new int[names.size()];
        List<String> others = new ArrayList<>();
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = known.indexOf(names.get(i));
            if (indexes[i] < 0) {
                others.add(names.get(i));
            }
        }
        return new RowOrder(indexes, others);
    }

    /** How many values a row has. */
    int size() {
        return features.length;
    }

    /** Index of the feature that a value is; negative if it is none. */
    int feature(int value) {
        return value < features.length ? features[value] : -1;
    }

    /** Names that are no feature. */
    List<String> others() {
        return others;
    }
}
