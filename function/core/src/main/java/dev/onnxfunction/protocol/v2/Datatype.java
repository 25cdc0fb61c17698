package dev.onnxfunction.protocol.v2;

import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.json.JsonNumber;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * The type of a tensor's elements. A value must be valid for its type; the feature then takes or
 * refuses it: each {@code put} returns the fault, or null.
 */
enum Datatype {
    BOOL(1, "true or false"),
    UINT8(1, "a whole number"),
    UINT16(2, "a whole number"),
    UINT32(4, "a whole number"),
    UINT64(8, "a whole number"),
    INT8(1, "a whole number"),
    INT16(2, "a whole number"),
    INT32(4, "a whole number"),
    INT64(8, "a whole number"),
    FP16(2, "a number"),
    FP32(4, "a number"),
    FP64(8, "a number"),
    /** Texts in UTF-8; in binary, each after its length in 4 bytes. */
    BYTES(0, "a string");

    private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

    private final int bytes;
    private final String wanted;

    Datatype(int bytes, String wanted) {
        this.bytes = bytes;
        this.wanted = wanted;
    }

    /** Bytes of a binary element; 0 for {@link #BYTES}. */
    int bytes() {
        return bytes;
    }

    /** Returns the type of a name; null if there is none. */
    static @Nullable Datatype of(String name) {
        for (Datatype type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /** Returns the type that holds all values of a feature. */
    static Datatype of(FeatureType feature) {
        return switch (feature) {
            case DOUBLE -> FP64;
            case FLOAT -> FP32;
            case FLOAT16 -> FP16;
            case INT64 -> INT64;
            case INT32 -> INT32;
            case BOOL -> BOOL;
            case STRING -> BYTES;
        };
    }

    /**
     * Stores the reader's current value in the current row.
     *
     * @param kind type of the value, neither object nor array
     */
    @Nullable String put(Column column, Batch batch, Kind kind, JsonReader json) {
        return switch (kind) {
            case NUMBER -> putNumber(column, batch, json.number());
            case STRING -> this == BYTES ? column.put(batch, json.string()) : mustBe(kind);
            case TRUE, FALSE -> this == BOOL ? column.put(batch, kind == Kind.TRUE) : mustBe(kind);
            case NULL -> column.putMissing(batch, false);
            case OBJECT, ARRAY -> mustBe(kind);
        };
    }

    private @Nullable String putNumber(Column column, Batch batch, JsonNumber number) {
        return switch (this) {
            case FP64 -> column.put(batch, number);
            case FP32, FP16 -> {
                double value = number.toDouble();
                float element = this == FP16 ? FeatureType.toFloat16(value) : number.toFloat(value);
                yield Float.isInfinite(element) ? beyondRange() : column.put(batch, element);
            }
            case BOOL, BYTES -> mustBe(Kind.NUMBER);
            default ->
                    switch (number.fit()) {
                        case FRACTION -> "is a number with a fraction, must be " + this;
                        case BEYOND -> beyondRange();
                        case WHOLE -> putWhole(column, batch, number.toLong());
                    };
        };
    }

    private @Nullable String putWhole(Column column, Batch batch, long value) {
        boolean fits =
                switch (this) {
                    case UINT8 -> (value & ~0xFFL) == 0;
                    case UINT16 -> (value & ~0xFFFFL) == 0;
                    case UINT32 -> (value & ~UNSIGNED_INT) == 0;
                    case UINT64 -> value >= 0;
                    case INT8 -> value == (byte) value;
                    case INT16 -> value == (short) value;
                    case INT32 -> value == (int) value;
                    default -> true;
                };
        return fits ? column.put(batch, value) : beyondRange();
    }

    /**
     * Stores the next element of a binary tensor, other than {@link #BYTES}, in the current row.
     */
    @Nullable String put(Column column, Batch batch, ByteBuffer data) {
        return switch (this) {
            case FP64 -> putFloating(column, batch, data.getDouble());
            case FP32 -> putFloating(column, batch, data.getFloat());
            case FP16 -> putFloating(column, batch, Float.float16ToFloat(data.getShort()));
            case INT64 -> column.put(batch, data.getLong());
            case INT32 -> column.put(batch, (long) data.getInt());
            case INT16 -> column.put(batch, (long) data.getShort());
            case INT8 -> column.put(batch, (long) data.get());
            case UINT64 -> {
                long value = data.getLong();
                yield value < 0 ? "is beyond the range of INT64" : column.put(batch, value);
            }
            case UINT32 -> column.put(batch, data.getInt() & UNSIGNED_INT);
            case UINT16 -> column.put(batch, data.getShort() & 0xFFFFL);
            case UINT8 -> column.put(batch, data.get() & 0xFFL);
            case BOOL -> {
                byte value = data.get();
                yield value >> 1 == 0
                        ? column.put(batch, value == 1)
                        : "is the byte " + value + ", must be 0 or 1";
            }
            case BYTES -> throw new IllegalArgumentException("Texts have no fixed length.");
        };
    }

    /** In binary tensors, NaN stands for null. */
    private static @Nullable String putFloating(Column column, Batch batch, double value) {
        return Double.isNaN(value) && column.feature().missing()
                ? column.putMissing(batch, false)
                : column.put(batch, value);
    }

    private String mustBe(Kind kind) {
        return "is " + kind.description() + ", must be " + wanted + ", as the datatype is " + this;
    }

    private String beyondRange() {
        return "is beyond the range of " + this;
    }
}
