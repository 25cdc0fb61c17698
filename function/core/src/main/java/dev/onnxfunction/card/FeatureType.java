package dev.onnxfunction.card;

import java.util.Locale;

/** The type of a feature's values, which is that of its tensor's elements. */
public enum FeatureType {
    /** A finite number, float64. */
    DOUBLE(Double.BYTES, "a number"),
    /** A finite number within the range of float32, to which it is rounded. */
    FLOAT(Float.BYTES, "a number"),
    /** A finite number within the range of float16, 65504, to which it is rounded. */
    FLOAT16(Short.BYTES, "a number"),
    /** A whole number of 64 bits. */
    INT64(Long.BYTES, "a whole number"),
    /** A whole number of 32 bits. */
    INT32(Integer.BYTES, "a whole number"),
    /** {@code true} or {@code false}. */
    BOOL(Byte.BYTES, "true or false"),
    /** Text, stored as Java strings, which the runtime copies at each call. */
    STRING(0, "a string");

    private final int bytes;
    private final String wanted;

    FeatureType(int bytes, String wanted) {
        this.bytes = bytes;
        this.wanted = wanted;
    }

    /** Bytes of native memory for one value; 0 for a string. */
    public int bytes() {
        return bytes;
    }

    /** Describes valid values, as the end of a sentence: "a whole number". */
    public String wanted() {
        return wanted;
    }

    /** Whether its values are floating-point numbers. */
    public boolean isFloating() {
        return this == DOUBLE || this == FLOAT || this == FLOAT16;
    }

    /** Whether the type has a value for missing: NaN, or the empty string. */
    public boolean canBeMissing() {
        return isFloating() || this == STRING;
    }

    /**
     * Returns the type of a name in a model card.
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
                "is \""
                        + name
                        + "\", must be double, float, float16, int64, int32, bool or"
                        + " string");
    }

    /**
     * Returns the nearest float16; infinite beyond its range. The intermediate float records in its
     * last bit that digits were cut off, so that the number is not rounded twice.
     */
    public static float toFloat16(double value) {
        float near = (float) value;
        boolean even = (Float.floatToRawIntBits(near) & 1) == 0;
        if (near != value && even && Float.isFinite(near)) {
            near = value > near ? Math.nextUp(near) : Math.nextDown(near);
        }
        return Float.float16ToFloat(Float.floatToFloat16(near));
    }

    /** Returns the number that a model gets for a value of this type, which is not a string. */
    public double nearest(double value) {
        if (this == FLOAT) {
            return (float) value;
        }
        if (this == FLOAT16) {
            return toFloat16(value);
        }
        return this == DOUBLE ? value : Math.rint(value);
    }

    /** The name in a model card, such as {@code int64}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
