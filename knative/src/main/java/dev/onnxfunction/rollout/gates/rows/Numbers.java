package dev.onnxfunction.rollout.gates.rows;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.regex.Pattern;

/** Parses the numbers of cells, and formats numbers for messages. */
public final class Numbers {

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    private static final MathContext DIGITS = new MathContext(4);

    private Numbers() {}

    /**
     * The nearest double.
     *
     * @return NaN if the text is not a number; infinite if it is beyond the range
     */
    static double parse(String text) {
        return NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    }

    /**
     * The number with up to four significant digits, such as 0.52, 120 or 1.2E+9.
     *
     * @param value finite
     */
    public static String text(double value) {
        BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        return Math.abs(exponent) < 6 ? rounded.toPlainString() : rounded.toString();
    }
}
