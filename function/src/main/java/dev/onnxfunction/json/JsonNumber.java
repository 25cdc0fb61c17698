package dev.onnxfunction.json;

import java.nio.charset.StandardCharsets;

/** A number as it stands in a JSON text: exact, until somebody wants it as a double or a long. */
public final class JsonNumber {

    /** What a number is to somebody who wants a long. */
    public enum Fit {
        /** A whole number of 64 bits. */
        WHOLE,
        /** A number with a fraction. */
        FRACTION,
        /** A number of more than 64 bits. */
        BEYOND
    }

    /** An unsigned long holds any number of so many digits. */
    private static final int MAX_DIGITS = 19;

    /** With an exponent of this size, every number is 0 or infinite as a double. */
    private static final int MAX_EXPONENT = 1_000_000;

    private static final long EXACT_IN_DOUBLE = 1L << 53;
    private static final double TWO_TO_THE_63 = 0x1p63;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };

    private byte[] text = new byte[0];
    private int start;
    private int end;
    private boolean negative;

    /** The number's size is digits × 10^exponent; digits is unsigned. */
    private long digits;

    private int exponent;

    /** Whether a digit other than 0 was left out, as there were too many. */
    private boolean cut;

    JsonNumber() {}

    /** A Long where it is one, and else a Double, which may be infinite. */
    public Number toNumber() {
        if (fit() == Fit.WHOLE) {
            return toLong();
        }
        return toDouble();
    }

    /**
     * Reads a number.
     *
     * @return the position after it, or {@code -1 - position} of what does not belong there
     */
    int read(byte[] source, int from, int to) {
        int at = from;
        boolean minus = source[at] == '-';
        if (minus) {
            at++;
        }
        long taken = 0;
        int significant = 0;
        int power = 0;
        boolean left = false;
        int firstDigit = at;
        for (; at < to && isDigit(source[at]); at++) {
            if (significant < MAX_DIGITS) {
                taken = taken * 10 + (source[at] - '0');
                significant += taken == 0 ? 0 : 1;
            } else {
                left |= source[at] != '0';
                power++;
            }
        }
        if (at == firstDigit) {
            return -1 - at;
        }
        if (source[firstDigit] == '0' && at > firstDigit + 1) {
            return -1 - (firstDigit + 1);
        }
        if (at < to && source[at] == '.') {
            int firstDecimal = ++at;
            for (; at < to && isDigit(source[at]); at++) {
                if (significant < MAX_DIGITS) {
                    taken = taken * 10 + (source[at] - '0');
                    significant += taken == 0 ? 0 : 1;
                    power--;
                } else {
                    left |= source[at] != '0';
                }
            }
            if (at == firstDecimal) {
                return -1 - at;
            }
        }
        text = source;
        start = from;
        negative = minus;
        digits = taken;
        exponent = power;
        cut = left;
        end = at;
        return at < to && (source[at] | 0x20) == 'e' ? readExponent(at + 1, to) : at;
    }

    private int readExponent(int from, int to) {
        int at = from;
        boolean minus = at < to && text[at] == '-';
        if (minus || (at < to && text[at] == '+')) {
            at++;
        }
        int firstDigit = at;
        int size = 0;
        for (; at < to && isDigit(text[at]); at++) {
            size = Math.min(size * 10 + (text[at] - '0'), MAX_EXPONENT);
        }
        if (at == firstDigit) {
            return -1 - at;
        }
        exponent += minus ? -size : size;
        end = at;
        return at;
    }

    /** The nearest double, infinite where the number is too large. */
    public double toDouble() {
        if (digits >= 0 && digits <= EXACT_IN_DOUBLE && Math.abs(exponent) <= 22 && !cut) {
            // Both are exact as doubles, so that one operation rounds once (Clinger, PLDI 1990).
            double size =
                    exponent < 0
                            ? (double) digits / POWERS_OF_TEN[-exponent]
                            : (double) digits * POWERS_OF_TEN[exponent];
            return negative ? -size : size;
        }
        return Double.parseDouble(
                new String(text, start, end - start, StandardCharsets.ISO_8859_1));
    }

    /** What it is as a long. */
    public Fit fit() {
        if (cut) {
            // More than 19 digits and not too large: so the last of them are decimals.
            return Math.abs(toDouble()) < TWO_TO_THE_63 ? Fit.FRACTION : Fit.BEYOND;
        }
        if (digits == 0) {
            exponent = 0;
        }
        while (exponent < 0 && Long.remainderUnsigned(digits, 10) == 0) {
            digits = Long.divideUnsigned(digits, 10);
            exponent++;
        }
        if (exponent < 0) {
            return Fit.FRACTION;
        }
        while (exponent > 0 && digits > 0 && digits <= Long.MAX_VALUE / 10) {
            digits *= 10;
            exponent--;
        }
        boolean fits = digits >= 0 || (negative && digits == Long.MIN_VALUE);
        return exponent == 0 && fits ? Fit.WHOLE : Fit.BEYOND;
    }

    /** The number that {@link #fit} has just called whole. */
    public long toLong() {
        return negative ? -digits : digits;
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }
}
