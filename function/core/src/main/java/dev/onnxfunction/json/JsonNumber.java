package dev.onnxfunction.json;

import java.nio.charset.StandardCharsets;

/** A number of a JSON text, exact until it is converted to a double or a long. */
public final class JsonNumber {

    /** How a number fits a long. */
    public enum Fit {
        /** A whole number of 64 bits. */
        WHOLE,
        /** A number with a fraction. */
        FRACTION,
        /** A number of more than 64 bits. */
        BEYOND
    }

    /** Digits of any number that fits an unsigned long. */
    private static final int MAX_DIGITS = 19;

    /** Exponents of this size cannot be offset by the digits of any text. */
    private static final long MAX_EXPONENT = 1L << 40;

    private static final long EXACT_IN_DOUBLE = 1L << 53;

    /** The last bits of a double, which a float does not have, and their first alone. */
    private static final long BELOW_FLOAT = (1L << 29) - 1;

    private static final long HALF_OF_FLOAT = 1L << 28;
    private static final double TWO_TO_THE_63 = 0x1p63;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };

    private final byte[] text;
    private final int limit;
    private int start;
    private int end;
    private boolean negative;

    /** The absolute value is digits × 10^exponent; digits is unsigned. */
    private long digits;

    private long exponent;

    /** Whether a digit other than 0 was left out because there were too many. */
    private boolean cut;

    /**
     * @param text text that may contain the number
     * @param limit number of valid bytes in {@code text}
     */
    public JsonNumber(byte[] text, int limit) {
        this.text = text;
        this.limit = limit;
    }

    /** Returns a Long if it fits, otherwise a Double, which may be infinite. */
    public Number toNumber() {
        if (fit() == Fit.WHOLE) {
            return toLong();
        }
        return toDouble();
    }

    /**
     * Reads a number.
     *
     * @return the position after it, or {@code -1 - position} of the first invalid byte
     */
    public int read(int from) {
        int after = readShort(from);
        return after > 0 ? after : readAny(from);
    }

    /**
     * Reads a number that ends within eight bytes.
     *
     * @return the position after it; 0 if it does not end there, has an exponent or is invalid
     */
    int readShort(int from) {
        if (from + Long.BYTES >= limit) {
            return 0;
        }
        long word = ShortNumber.word(text, from);
        boolean minus = ShortNumber.isNegative(word);
        int first = minus ? from + 1 : from;
        if (minus) {
            word = ShortNumber.word(text, first);
        }
        int shape = ShortNumber.shape(word);
        if (shape == ShortNumber.NONE) {
            return 0;
        }
        start = from;
        end = first + ShortNumber.length(shape);
        negative = minus;
        digits = ShortNumber.digits(word, shape);
        exponent = -ShortNumber.decimals(shape);
        cut = false;
        return end;
    }

    private int readAny(int from) {
        int at = from;
        boolean minus = text[at] == '-';
        if (minus) {
            at++;
        }
        int firstDigit = at;
        long taken = 0; // With too many digits this overflows, which is checked below.
        while (at < limit && isDigit(text[at])) {
            taken = taken * 10 + (text[at++] - '0');
        }
        int whole = at - firstDigit;
        if (whole == 0) {
            return -1 - at;
        }
        if (whole > 1 && text[firstDigit] == '0') {
            return -1 - (firstDigit + 1);
        }
        int decimals = 0;
        if (at < limit && text[at] == '.') {
            int firstDecimal = ++at;
            while (at < limit && isDigit(text[at])) {
                taken = taken * 10 + (text[at++] - '0');
            }
            decimals = at - firstDecimal;
            if (decimals == 0) {
                return -1 - at;
            }
        }
        start = from;
        end = at;
        negative = minus;
        digits = taken;
        exponent = -decimals;
        cut = false;
        if (whole + decimals > MAX_DIGITS) {
            takeFirst(firstDigit);
        }
        return at < limit && (text[at] | 0x20) == 'e' ? readExponent(at + 1) : at;
    }

    /**
     * If there are more digits than a long holds, takes the leading ones, from the first that is
     * not 0.
     */
    private void takeFirst(int firstDigit) {
        int significant = 0;
        boolean decimal = false;
        digits = 0;
        exponent = 0;
        for (int at = firstDigit; at < end; at++) {
            if (text[at] == '.') {
                decimal = true;
            } else if (significant < MAX_DIGITS) {
                digits = digits * 10 + (text[at] - '0');
                significant += digits == 0 ? 0 : 1;
                exponent -= decimal ? 1 : 0;
            } else {
                cut |= text[at] != '0';
                exponent += decimal ? 0 : 1;
            }
        }
    }

    private int readExponent(int from) {
        int at = from;
        boolean minus = at < limit && text[at] == '-';
        if (minus || (at < limit && text[at] == '+')) {
            at++;
        }
        int firstDigit = at;
        long size = 0;
        for (; at < limit && isDigit(text[at]); at++) {
            size = Math.min(size * 10 + (text[at] - '0'), MAX_EXPONENT);
        }
        if (at == firstDigit) {
            return -1 - at;
        }
        exponent += minus ? -size : size;
        end = at;
        return at;
    }

    /** Returns the nearest double, infinite if the number is too large. */
    public double toDouble() {
        if (digits >= 0 && digits <= EXACT_IN_DOUBLE && Math.abs(exponent) <= 22 && !cut) {
            // Both are exact as doubles, so that one operation rounds once (Clinger, PLDI 1990).
            double size =
                    exponent < 0
                            ? (double) digits / POWERS_OF_TEN[(int) -exponent]
                            : (double) digits * POWERS_OF_TEN[(int) exponent];
            return negative ? -size : size;
        }
        return Double.parseDouble(text());
    }

    /**
     * Returns the nearest float, infinite if the number is too large.
     *
     * <p>Rounds the nearest double again only if that is exact: not if it lies midway between two
     * floats, because the number itself may be nearer to one of them, and not if the float is
     * subnormal.
     *
     * @param nearest what {@link #toDouble} returns
     */
    public float toFloat(double nearest) {
        boolean middle = (Double.doubleToRawLongBits(nearest) & BELOW_FLOAT) == HALF_OF_FLOAT;
        boolean subnormal = Math.abs(nearest) < Float.MIN_NORMAL && digits != 0;
        return middle || subnormal ? Float.parseFloat(text()) : (float) nearest;
    }

    private String text() {
        return new String(text, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** Returns how it fits a long. */
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

    /** The value after {@link #fit} has returned that it is whole. */
    public long toLong() {
        return negative ? -digits : digits;
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }
}
