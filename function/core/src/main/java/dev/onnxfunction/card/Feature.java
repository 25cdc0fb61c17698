package dev.onnxfunction.card;

import org.jspecify.annotations.Nullable;

/**
 * One column of the model's input.
 *
 * @param name the member's name in a row, 1 to 200 characters
 * @param type type of its values
 * @param unit unit of the value, such as {@code "1000 USD"}; null if it has none
 * @param description description for people
 * @param min smallest value in the training data, in the feature's unit; null if unknown
 * @param max largest value in the training data, likewise
 * @param mean mean of the training data, {@code min <= mean <= max}
 * @param missing whether a row may omit it or have null: the model then gets NaN, or the empty
 *     string; not for integers and bool, which have no such value
 * @param histogram histogram of the training data: {@link Histogram.Categories} of a string or
 *     bool, otherwise {@link Histogram.Bins}; null if unknown
 * @param unknownRefused whether rows with a category that is not in the histogram are refused; only
 *     for a string with a histogram
 * @param input name of its input in the graph; null if there is only one, or if it has the
 *     feature's name
 */
public record Feature(
        String name,
        FeatureType type,
        @Nullable String unit,
        @Nullable String description,
        @Nullable Double min,
        @Nullable Double max,
        @Nullable Double mean,
        boolean missing,
        @Nullable Histogram histogram,
        boolean unknownRefused,
        @Nullable String input) {

    static final int MAX_NAME_LENGTH = 200;

    public Feature {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "has a name of "
                            + name.length()
                            + " characters, must have 1 to "
                            + MAX_NAME_LENGTH);
        }
        if (type == FeatureType.STRING && (min != null || max != null || mean != null)) {
            throw new IllegalArgumentException("is a string, must have no min, max or mean");
        }
        if (missing && !type.canBeMissing()) {
            throw new IllegalArgumentException(
                    "is " + type + ", must not be allowed to be missing");
        }
        if (min != null && max != null && min > max) {
            throw new IllegalArgumentException("has min " + min + " above max " + max);
        }
        if (mean != null && ((min != null && mean < min) || (max != null && mean > max))) {
            throw new IllegalArgumentException("has mean " + mean + " outside min to max");
        }
        if (unknownRefused && (type != FeatureType.STRING || histogram == null)) {
            throw new IllegalArgumentException(
                    "refuses unknown categories, must be a string with a histogram");
        }
        boolean category = type == FeatureType.STRING || type == FeatureType.BOOL;
        if (histogram != null && histogram instanceof Histogram.Categories != category) {
            throw new IllegalArgumentException(
                    "is %s, must have a histogram %s edges"
                            .formatted(type, category ? "without" : "with"));
        }
    }

    /** Creates a feature with only a name and a type. */
    public static Feature undescribed(
            String name, FeatureType type, boolean missing, @Nullable String input) {
        return new Feature(name, type, null, null, null, null, null, missing, null, false, input);
    }

    /** Whether the training data has this category, or its categories are unknown. */
    public boolean knows(String category) {
        return !(histogram instanceof Histogram.Categories categories)
                || categories.counts().containsKey(category);
    }
}
