package dev.onnxfunction.model;

import java.util.Locale;

/** The values that a feature takes. */
public enum FeatureType {
    /** A finite number, float64. */
    DOUBLE("a number"),
    /** A finite number within the range of float32. */
    FLOAT("a number"),
    /** A whole number of 64 bits. */
    INT64("a whole number"),
    /** A whole number of 32 bits. */
    INT32("a whole number"),
    /** {@code true} or {@code false}. */
    BOOL("true or false"),
    /** Text. */
    STRING("a string");

    private final String wanted;

    FeatureType(String wanted) {
        this.wanted = wanted;
    }

    /** What a value must be, as the end of a sentence: "a whole number". */
    String wanted() {
        return wanted;
    }

    /**
     * The type that a model card names.
     *
     * @throws IllegalArgumentException if there is no such type
     */
    static FeatureType of(String name) {
        for (FeatureType type : values()) {
            if (type.toString().equals(name)) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "is \"" + name + "\", must be double, float, int64, int32, bool or string");
    }

    /** The name as it stands in a model card: {@code int64}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
