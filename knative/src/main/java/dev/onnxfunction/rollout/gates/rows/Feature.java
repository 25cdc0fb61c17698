package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/**
 * A feature of a model.
 *
 * @param name of the column
 * @param type as in a model card: {@code double}, {@code float}, {@code int64}, {@code int32},
 *     {@code bool} or {@code string}; empty if it is not known
 * @param mayBeMissing whether a row may leave it out
 * @param min smallest value of the training data; NaN if it is not known
 * @param max largest value of the training data; NaN if it is not known
 * @param categories that the training data has; empty if they are not known or it is not a string
 */
public record Feature(
        String name,
        String type,
        boolean mayBeMissing,
        double min,
        double max,
        List<String> categories) {

    /** A feature whose range is not known. */
    public Feature(String name, String type, boolean mayBeMissing) {
        this(name, type, mayBeMissing, Double.NaN, Double.NaN, List.of());
    }

    /** Whether its values are numbers, which have an order. */
    public boolean isNumber() {
        return !type.equals("string") && !type.equals("bool");
    }

    /** Whether its values are whole numbers. */
    public boolean isWhole() {
        return type.startsWith("int");
    }

    /**
     * The value of a cell, as the function takes it.
     *
     * @return a missing node for an empty cell that may be empty
     * @throws IllegalArgumentException with a message such as "is not a number"
     */
    JsonNode value(String cell) {
        if (type.equals("string")) {
            return TextNode.valueOf(cell);
        }
        String text = RowDigest.strip(cell);
        if (text.isEmpty()) {
            return missing();
        }
        return switch (type) {
            case "bool" -> bool(text);
            case "" -> guess(text);
            default -> number(text);
        };
    }

    /** Guesses the type from the cell if there is no card. The function refuses a wrong guess. */
    private JsonNode guess(String text) {
        if (Double.isFinite(Numbers.parse(text))) {
            return number(text);
        }
        boolean bool = text.equals("true") || text.equals("false");
        return bool ? BooleanNode.valueOf(text.equals("true")) : TextNode.valueOf(text);
    }

    private JsonNode missing() {
        if (!mayBeMissing) {
            throw new IllegalArgumentException("is empty, which the model does not take");
        }
        return MissingNode.getInstance();
    }

    private static JsonNode bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> BooleanNode.TRUE;
            case "false", "0" -> BooleanNode.FALSE;
            default -> throw new IllegalArgumentException("is neither true nor false");
        };
    }

    private JsonNode number(String text) {
        double number = Numbers.parse(text);
        if (Double.isNaN(number)) {
            throw new IllegalArgumentException("is not a number");
        }
        double most =
                switch (type) {
                    case "float" -> Float.MAX_VALUE;
                    case "int64" -> 0x1p63;
                    case "int32" -> Integer.MAX_VALUE + 1.0;
                    default -> Double.MAX_VALUE;
                };
        if (Math.abs(number) > most) {
            throw new IllegalArgumentException("is beyond the range of " + type);
        }
        if (isWhole() && number != Math.rint(number)) {
            throw new IllegalArgumentException("has a fraction");
        }
        return DecimalNode.valueOf(new BigDecimal(text));
    }
}
