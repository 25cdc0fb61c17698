package dev.onnxfunction.model;

import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.json.JsonWriter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The memory of one tensor of shape [rows, columns], row after row: native memory that the runtime
 * reads and writes in place, or Java strings. Grows, and then moves.
 */
final class TensorBuffer {

    private final FeatureType element;
    private final int columns;
    private ByteBuffer bytes;
    private String[] texts;

    TensorBuffer(FeatureType element, int columns, int rows) {
        this.element = element;
        this.columns = columns;
        this.bytes = allocate(Math.multiplyExact(rows, bytesPerRow()));
        this.texts = new String[element == FeatureType.STRING ? rows * columns : 0];
    }

    int bytesPerRow() {
        return columns * element.bytes();
    }

    /** Ensures space for this number of rows and keeps the existing rows. */
    void grow(int rows) {
        ByteBuffer larger = allocate(Math.multiplyExact(rows, bytesPerRow()));
        bytes = larger.put(0, bytes, 0, bytes.capacity());
        texts = Arrays.copyOf(texts, texts.length == 0 ? 0 : rows * columns);
    }

    /** The rows {@code from} to {@code from + count}, for the runtime to read or write. */
    ByteBuffer slice(int from, int count) {
        return bytes.slice(from * bytesPerRow(), count * bytesPerRow())
                .order(ByteOrder.nativeOrder());
    }

    /** The strings of these rows. */
    String[] texts(int from, int count) {
        return Arrays.copyOfRange(texts, from * columns, (from + count) * columns);
    }

    /**
     * Copies rows that the runtime wrote elsewhere.
     *
     * @throws RunException if they are not {@code count} rows of floating-point elements
     */
    void copy(ByteBuffer rows, int from, int count) {
        if (rows.remaining() != count * bytesPerRow()) {
            throw new RunException(
                    "its output for %d rows has the length %d, must have the length %d"
                            .formatted(count, rows.remaining() / element.bytes(), count * columns));
        }
        bytes.put(from * bytesPerRow(), rows, rows.position(), rows.remaining());
    }

    /** Writes a floating-point element, rounded to the element's type. */
    void put(int row, int column, double value) {
        int position = position(row, column);
        if (element == FeatureType.DOUBLE) {
            bytes.putDouble(position, value);
        } else if (element == FeatureType.FLOAT) {
            bytes.putFloat(position, (float) value);
        } else {
            bytes.putShort(position, Float.floatToFloat16(FeatureType.toFloat16(value)));
        }
    }

    /** Writes doubles or floats of consecutive columns, rounded to the element's type. */
    void put(int row, double[] values, int first, int end) {
        int start = position(row, 0);
        if (element == FeatureType.DOUBLE) {
            for (int i = first; i < end; i++) {
                bytes.putDouble(start + i * Double.BYTES, values[i]);
            }
        } else {
            for (int i = first; i < end; i++) {
                bytes.putFloat(start + i * Float.BYTES, (float) values[i]);
            }
        }
    }

    /** Writes a whole number that fits the element. */
    void put(int row, int column, long value) {
        switch (element) {
            case INT64 -> bytes.putLong(position(row, column), value);
            case INT32 -> bytes.putInt(position(row, column), (int) value);
            case BOOL -> bytes.put(position(row, column), (byte) value);
            default -> put(row, column, (double) value);
        }
    }

    void put(int row, int column, String value) {
        texts[row * columns + column] = value;
    }

    /** Copies a row of another buffer of this form. */
    void put(int row, TensorBuffer other, int otherRow) {
        int size = bytesPerRow();
        bytes.put(row * size, other.bytes, otherRow * size, size);
        if (texts.length > 0) {
            System.arraycopy(other.texts, otherRow * columns, texts, row * columns, columns);
        }
    }

    /** Copies an element of another buffer of this form. */
    void put(int row, int column, TensorBuffer other, int otherRow) {
        int size = element.bytes();
        bytes.put(position(row, column), other.bytes, position(otherRow, column), size);
        if (texts.length > 0) {
            texts[row * columns + column] = other.texts[otherRow * columns + column];
        }
    }

    /** Reads an element that is not a string; false is 0, true is 1. */
    double number(int row, int column) {
        return switch (element) {
            case DOUBLE, FLOAT, FLOAT16 -> get(row, column);
            case INT64 -> (double) bytes.getLong(position(row, column));
            case INT32 -> bytes.getInt(position(row, column));
            case BOOL -> bytes.get(position(row, column));
            case STRING -> throw new IllegalStateException("A string is no number.");
        };
    }

    /** Reads a string. */
    String text(int row, int column) {
        return texts[row * columns + column];
    }

    /** An element as JSON; null for NaN. */
    String json(int row, int column) {
        return switch (element) {
            case DOUBLE -> orNull(Double.toString(get(row, column)));
            case FLOAT, FLOAT16 -> orNull(Float.toString((float) get(row, column)));
            case INT64 -> Long.toString(bytes.getLong(position(row, column)));
            case INT32 -> Integer.toString(bytes.getInt(position(row, column)));
            case BOOL -> Boolean.toString(bytes.get(position(row, column)) != 0);
            case STRING -> new JsonWriter(64).appendString(text(row, column)).toString();
        };
    }

    private static String orNull(String number) {
        return number.equals("NaN") ? "null" : number;
    }

    /** Reads a floating-point element. */
    double get(int row, int column) {
        int position = position(row, column);
        if (element == FeatureType.DOUBLE) {
            return bytes.getDouble(position);
        }
        return element == FeatureType.FLOAT
                ? bytes.getFloat(position)
                : Float.float16ToFloat(bytes.getShort(position));
    }

    private int position(int row, int column) {
        return (row * columns + column) * element.bytes();
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
