package dev.onnxfunction.model;

import org.jspecify.annotations.Nullable;

/**
 * One column of the model's input.
 *
 * @param name the member's name in a row, 1 to 200 characters
 * @param type what its value must be
 * @param unit of the value, such as {@code "1000 USD"}; absent where it has none
 * @param description for people
 * @param min smallest value in the training data, in the feature's unit; absent where unknown
 * @param max largest value in the training data, likewise
 * @param mean of the training data, {@code min <= mean <= max}
 * @param missing whether a row may leave it out or give null: the model then gets NaN, or the empty
 *     string; not for integers and bool, which have no such value
 * @param histogram of the training data: {@link Histogram.Categories} of a string or bool, else
 *     {@link Histogram.Bins}; absent where unknown
 * @param unknownRefused whether a row with a category that the histogram does not have is refused;
 *     only for a string with a histogram
 * @param input name of the graph's input that it goes to; absent where there is only one, or where
 *     it has the feature's name
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
                    "has a name of " + name.length() + " characters, must have 1 to 200");
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

    /** A feature of which only its name and type are known. */
    static Feature undescribed(
            String name, FeatureType type, boolean missing, @Nullable String input) {
        return new Feature(name, type, null, null, null, null, null, missing, null, false, input);
    }

    /** Whether the training data has this category; also if its categories are not known. */
    boolean knows(String category) {
        return !(histogram instanceof Histogram.Categories categories)
                || categories.counts().containsKey(category);
    }
}
