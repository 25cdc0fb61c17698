package dev.onnxfunction.predict;

import dev.onnxfunction.card.Feature;

import java.util.ArrayList;
import java.util.List;

/** Maps the values of rows that are lists to features. Immutable. */
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
     * Returns the order given by names.
     *
     * @param names names of the values; those that are not features are ignored
     * @param features the model's features, in its order
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

    /** Number of values in a row. */
    int size() {
        return features.length;
    }

    /** Index of a value's feature; negative if it is not a feature. */
    int feature(int value) {
        return value < features.length ? features[value] : -1;
    }

    /** Names that are not features. */
    List<String> others() {
        return others;
    }
}
