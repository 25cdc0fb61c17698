package dev.onnxfunction.model;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.json.JsonNumber;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/**
 * The place of one feature's values in the graph's input tensors, and the checks of these values.
 * Determined once, when the model is loaded.
 *
 * <p>Each {@code put} writes the feature's value of one row and returns null, or leaves the row
 * unchanged and returns the fault, as the end of a sentence that begins with the feature's name:
 * "is a string, must be a number". Immutable.
 */
public final class Column {

    /** The fault of a feature that is missing in a row. */
    public static final String MISSING = "missing";

    private static final double TWO_TO_THE_63 = 0x1p63;

    private final Feature feature;

    /** Whether the values are doubles, as most are. */
    private final boolean isDouble;

    private final int index;
    private final int tensor;
    private final int column;

    private final double min;
    private final double max;

    /**
     * @param index index of the feature in the model
     * @param tensor index of the graph's input that it goes to
     * @param column column of that input
     */
    Column(Feature feature, int index, int tensor, int column) {
        this.feature = feature;
        this.isDouble = feature.type() == FeatureType.DOUBLE;
        this.index = index;
        this.tensor = tensor;
        this.column = column;
        this.min = feature.min() == null ? Double.NEGATIVE_INFINITY : feature.min();
        this.max = feature.max() == null ? Double.POSITIVE_INFINITY : feature.max();
    }

    public Feature feature() {
        return feature;
    }

    /** Index of the feature in the model. */
    public int index() {
        return index;
    }

    /** Index of the graph's input that the values go to. */
    int tensor() {
        return tensor;
    }

    /** Whether the values go to this column of this input of the graph. */
    boolean isAt(int input, int place) {
        return tensor == input && column == place;
    }

    /** The least value of the training range; negative infinity without one. */
    double min() {
        return min;
    }

    /** The greatest value of the training range; infinity without one. */
    double max() {
        return max;
    }

    /** Takes a number from a JSON text. */
    public @Nullable String put(BatchRows batch, JsonNumber number) {
        if (isDouble) { // The switch would take a twentieth of the time of reading a row.
            return putDouble(batch, number);
        }
        return switch (feature.type()) {
            case DOUBLE -> putDouble(batch, number);
            case FLOAT -> {
                double value = number.toDouble();
                yield putFloating(batch, value, number.toFloat(value));
            }
            case FLOAT16 -> putFloat16(batch, number.toDouble());
            case INT64, INT32 ->
                    switch (number.fit()) {
                        case WHOLE -> putInteger(batch, number.toLong());
                        case FRACTION -> mustBe("a number with a fraction");
                        case BEYOND -> beyondRange();
                    };
            case BOOL, STRING -> mustBe("a number");
        };
    }

    private @Nullable String putDouble(BatchRows batch, JsonNumber number) {
        double value = number.toDouble();
        return putFloating(batch, value, value);
    }

    /** Takes a floating-point number. */
    public @Nullable String put(BatchRows batch, double value) {
        return switch (feature.type()) {
            case DOUBLE -> putFloating(batch, value, value);
            case FLOAT -> putFloating(batch, value, (float) value);
            case FLOAT16 -> putFloat16(batch, value);
            case INT64, INT32 -> putWhole(batch, value);
            case BOOL, STRING -> mustBe("a number");
        };
    }

    /** Takes a whole number. */
    public @Nullable String put(BatchRows batch, long value) {
        return switch (feature.type()) {
            case DOUBLE -> putFloating(batch, (double) value, (double) value);
            case FLOAT -> putFloating(batch, (double) value, (float) value);
            case FLOAT16 -> putFloat16(batch, (double) value);
            case INT64, INT32 -> putInteger(batch, value);
            case BOOL, STRING -> mustBe("a number");
        };
    }

    /** Takes a number with more digits than a long. */
    public @Nullable String put(BatchRows batch, BigDecimal value) {
        return switch (feature.type()) {
            case DOUBLE -> putFloating(batch, value.doubleValue(), value.doubleValue());
            case FLOAT -> putFloating(batch, value.doubleValue(), value.floatValue());
            case FLOAT16 -> putFloat16(batch, value.doubleValue());
            case INT64, INT32 -> {
                if (!isWhole(value)) {
                    yield mustBe("a number with a fraction");
                }
                yield fitsLong(value) ? putInteger(batch, value.longValueExact()) : beyondRange();
            }
            case BOOL, STRING -> mustBe("a number");
        };
    }

    /** Takes a boolean. */
    public @Nullable String put(BatchRows batch, boolean value) {
        if (feature.type() != FeatureType.BOOL) {
            return mustBe(Boolean.toString(value));
        }
        buffer(batch).put(batch.currentRow(), column, value ? 1L : 0L);
        if (!feature.knows(Boolean.toString(value))) {
            batch.noteUnknownCategory(index);
        }
        return null;
    }

    /**
     * Takes a text. The empty text is a missing value if the feature may be missing, because the
     * model gets the same.
     */
    public @Nullable String put(BatchRows batch, String value) {
        if (feature.type() != FeatureType.STRING) {
            return mustBe("a string");
        }
        int lost = lost(value);
        if (lost >= 0) {
            return "has U+" + hex(lost) + ", which ONNX Runtime for Java cannot pass on";
        }
        boolean absent = feature.missing() && value.isEmpty();
        boolean known = absent || feature.knows(value);
        if (!known && feature.unknownRefused()) {
            return "is a category that the training data does not have";
        }
        buffer(batch).put(batch.currentRow(), column, value);
        if (absent) {
            batch.noteMissing(index);
        } else if (!known) {
            batch.noteUnknownCategory(index);
        }
        return null;
    }

    /** Takes null, or the absence of a value if {@code absent}. */
    public @Nullable String putMissing(BatchRows batch, boolean absent) {
        if (!feature.missing()) {
            return absent ? MISSING : mustBe("null");
        }
        if (feature.type() == FeatureType.STRING) {
            buffer(batch).put(batch.currentRow(), column, "");
        } else {
            buffer(batch).put(batch.currentRow(), column, Double.NaN);
        }
        batch.noteMissing(index);
        return null;
    }

    /** Takes a value of a type that JSON libraries produce. */
    @SuppressWarnings("IfChainToSwitch") // A switch is made at run time, which slows a start.
    public @Nullable String put(BatchRows batch, @Nullable Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return put(batch, ((Number) value).longValue());
        } else if (value instanceof BigDecimal number) {
            return put(batch, number);
        } else if (value instanceof BigInteger number) {
            return put(batch, new BigDecimal(number));
        } else if (value instanceof Number number) {
            return put(batch, number.doubleValue());
        } else if (value instanceof String text) {
            return put(batch, text);
        } else if (value instanceof Boolean flag) {
            return put(batch, flag.booleanValue());
        }
        return value == null ? putMissing(batch, false) : mustBe(kind(value));
    }

    /** Takes the value of a row of another batch of the same model. */
    public void copy(BatchRows batch, BatchRows other, int otherRow) {
        buffer(batch).put(batch.currentRow(), column, buffer(other), otherRow);
    }

    /** The value of a row, which must not be a string; NaN if missing, 1 for true. */
    public double number(BatchRows batch, int row) {
        return buffer(batch).number(row, column);
    }

    /** The value of a row, which must be a string; empty if missing. */
    public String text(BatchRows batch, int row) {
        return buffer(batch).text(row, column);
    }

    /** The value of a row as JSON of a request; null if missing. */
    public String json(BatchRows batch, int row) {
        boolean missing = feature.missing() && feature.type() == FeatureType.STRING;
        return missing && text(batch, row).isEmpty() ? "null" : buffer(batch).json(row, column);
    }

    private static String kind(Object value) {
        if (value instanceof Collection) {
            return "a list";
        }
        return value instanceof Map
                ? "an object"
                : "an instance of " + value.getClass().getSimpleName();
    }

    /** The fault of a value of this type, such as "a list". */
    public String mustBe(String kind) {
        return "is " + kind + ", must be " + feature.type().wanted();
    }

    /**
     * @param value the row's value, as compared with the training range
     * @param element the same value, rounded once to the tensor's type
     */
    private @Nullable String putFloating(BatchRows batch, double value, double element) {
        if (!Double.isFinite(element)) {
            return Double.isNaN(element) ? mustBe("NaN") : beyondRange();
        }
        buffer(batch).put(batch.currentRow(), column, element);
        noteRange(batch, value);
        return null;
    }

    private @Nullable String putFloat16(BatchRows batch, double value) {
        return putFloating(batch, value, FeatureType.toFloat16(value));
    }

    private @Nullable String putWhole(BatchRows batch, double value) {
        if (Double.isNaN(value)) {
            return mustBe("NaN");
        }
        if (!(value >= -TWO_TO_THE_63 && value < TWO_TO_THE_63)) {
            return beyondRange();
        }
        return value == Math.rint(value)
                ? putInteger(batch, (long) value)
                : mustBe("a number with a fraction");
    }

    private @Nullable String putInteger(BatchRows batch, long value) {
        if (feature.type() == FeatureType.INT32 && value != (int) value) {
            return beyondRange();
        }
        buffer(batch).put(batch.currentRow(), column, value);
        noteRange(batch, (double) value);
        return null;
    }

    private TensorBuffer buffer(BatchRows batch) {
        return batch.input(tensor);
    }

    private void noteRange(BatchRows batch, double value) {
        if (value < min || value > max) {
            batch.noteOutOfRange(index);
        }
    }

    private String beyondRange() {
        return "is beyond the range of " + feature.type();
    }

    /**
     * Returns the first character that the graph would receive changed, because the runtime's JNI
     * code converts strings to <i>modified</i> UTF-8, which differs for U+0000 and all characters
     * beyond U+FFFF; negative if there is none.
     */
    private static int lost(String value) {
        for (int i = 0; i < value.length(); i++) {
            char unit = value.charAt(i);
            if (unit == 0 || Character.isSurrogate(unit)) {
                return value.codePointAt(i);
            }
        }
        return -1;
    }

    /** At least four hexadecimal digits, without the cost of a format for each of many rows. */
    private static String hex(int character) {
        String digits = Integer.toHexString(character).toUpperCase(Locale.ROOT);
        return "0".repeat(Math.max(0, 4 - digits.length())) + digits;
    }

    private static boolean isWhole(BigDecimal value) {
        return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
    }

    private static boolean fitsLong(BigDecimal value) {
        // Magnitude first, because exact arithmetic on 1e999999999 would take all memory.
        return value.precision() - value.scale() <= 19
                && value.toBigInteger().bitLength() < Long.SIZE;
    }
}
