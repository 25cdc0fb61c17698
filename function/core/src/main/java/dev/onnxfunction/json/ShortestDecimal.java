package dev.onnxfunction.json;

/**
 * Writes a double with the fewest digits that parse to the same double, and of several such texts
 * the nearest: the text of {@link Double#toString(double)}, faster and without garbage.
 *
 * <p>A double of this size is {@code m × 2^-shift} with a whole {@code m}, and every number less
 * than half of {@code 2^-shift} away is rounded to it, at just that distance if {@code m} is even
 * (Steele and White, <i>How to print floating-point numbers accurately</i>, PLDI 1990). With as few
 * decimals that their unit is at most {@code 2^-shift}, one such number is near enough; with one
 * decimal less, at most one, so that it is the text if there is one (Giulietti, <i>The Schubfach
 * way to render doubles</i>, 2020). Computed exactly, in fractions of 64 bits, and without a branch
 * on digits, because a processor cannot predict it.
 */
final class ShortestDecimal {

    /** Maximum length in characters: a sign, 7 digits, a point, 18 digits. */
    static final int MAX_LENGTH = 27;

    /** For smaller numbers the unit would not fit a long. */
    private static final double MIN = 0x1p-7;

    /** From this number on the text has an exponent. */
    private static final double MAX = 1e7;

    private static final int FRACTION_BITS = 52;
    private static final long HIDDEN_BIT = 1L << FRACTION_BITS;
    private static final long FRACTION = HIDDEN_BIT - 1;
    private static final int EXPONENT = 0x7FF;

    /** Each byte is the character 0. */
    private static final long ZEROS = 0x3030303030303030L;

    /** A bit of the last digit in a word, which is written even if it is 0. */
    private static final long LAST_DIGIT = 1L << 56;

    /** The bits of whole bytes in a word. */
    private static final int BYTES = 0x38;

    private static final int BITS_OF_BYTE = 3;

    private static final long TEN_TO_THE_8 = 100_000_000;
    private static final long TEN_TO_THE_16 = TEN_TO_THE_8 * TEN_TO_THE_8;

    private static final long[] POWERS_OF_TEN = new long[19];

    static {
        POWERS_OF_TEN[0] = 1;
        for (int i = 1; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = POWERS_OF_TEN[i - 1] * 10;
        }
    }

    private ShortestDecimal() {}

    /**
     * Whether this class can write it: its size is usual. Doubles below a power of two are closer
     * than above, which does not matter here: a power of this size has so few digits that its text
     * is exact.
     */
    static boolean takes(double number) {
        double size = Math.abs(number);
        return size >= MIN && size < MAX;
    }

    /**
     * Writes a number that it {@linkplain #takes takes}.
     *
     * @param at position with space for {@link #MAX_LENGTH} characters
     * @return the position after it
     */
    static int write(double number, byte[] text, int at) {
        long bits = Double.doubleToRawLongBits(number);
        int start = at;
        if (bits < 0) {
            text[start++] = '-';
        }
        int exponent = (int) (bits >>> FRACTION_BITS) & EXPONENT;
        int shift = Double.MAX_EXPONENT + FRACTION_BITS - exponent;
        int decimals = decimals(shift);
        long m = (bits & FRACTION) | HIDDEN_BIT;
        long fraction = fraction(m << -shift, POWERS_OF_TEN[decimals - 1], shift);
        int next = writeWhole((int) (m >>> shift), text, start);
        return writeFraction(fraction, decimals, text, next);
    }

    /**
     * The fewest decimals with {@code 10^decimals >= 2^shift}: for a shift of 29 to 59, 9 to 18.
     */
    private static int decimals(int shift) {
        return ((shift * 1233) >> 12) + 1; // 1233 / 4096 is log10(2) to 5 digits.
    }

    /**
     * Returns the decimals as a whole number, the last one 0 if one decimal less is near enough. A
     * whole number never is: it is a double, and so farther away.
     *
     * @param fraction in units of 2^-64
     * @param power of ten with one decimal less
     */
    private static long fraction(long fraction, long power, int shift) {
        long most = Math.unsignedMultiplyHigh(fraction, power);
        long rest = fraction * power; // Of the unit of one decimal less, in 2^-64.
        long near = power << (63 - shift); // No distance equals it: it has fewer factors of two.
        long rounded = (rest >> 63) & 10; // The last decimal, if it may be left out.
        long exact = lastDecimal(rest);
        long farther = (near - Math.abs(rest)) >> 63; // All bits are set, or none.
        return most * 10 + (rounded ^ (farther & (rounded ^ exact)));
    }

    /** Rounds ten times a fraction of 64 bits, of which the last three are 0, half to even. */
    private static long lastDecimal(long fraction) {
        long tenfold = (fraction >>> 3) * 5; // The last 60 bits are the fraction.
        long nearest = (tenfold + (1L << 59)) >>> 60;
        return (tenfold << 4) == Long.MIN_VALUE ? nearest & ~1 : nearest;
    }

    /** Writes a whole number below {@link #MAX}, and the point. */
    private static int writeWhole(int number, byte[] text, int at) {
        long digits = number < 100 ? twoDigits(number) << 48 : eightDigits(number);
        int zeros = Long.numberOfTrailingZeros(digits | LAST_DIGIT) & BYTES;
        Words.put(text, at, ((digits + ZEROS) >>> zeros) | ((long) '.' << -zeros));
        return at + Long.BYTES - (zeros >> BITS_OF_BYTE) + 1;
    }

    /** Writes decimals without the zeros at their end, at least one. */
    private static int writeFraction(long fraction, int decimals, byte[] text, int at) {
        int next = at;
        long digits; // 16 that are still to be written.
        if (decimals > 16) {
            long all = fraction * POWERS_OF_TEN[18 - decimals];
            long first = all / TEN_TO_THE_16;
            Words.put(text, next, twoDigits(first) + ZEROS);
            next += 2;
            digits = all - first * TEN_TO_THE_16;
        } else {
            digits = fraction * POWERS_OF_TEN[16 - decimals];
        }
        long front = digits / TEN_TO_THE_8;
        long back = eightDigits(digits - front * TEN_TO_THE_8);
        Words.put(text, next, eightDigits(front) + ZEROS);
        Words.put(text, next + 8, back + ZEROS);
        int end = next + 16 - (Long.numberOfLeadingZeros(back) >> BITS_OF_BYTE);
        if (back == 0) {
            while (text[end - 1] == '0' && end > at + 1) {
                end--;
            }
        }
        return end;
    }

    /** The two digits of a number below 100, the first in the lowest byte. */
    private static long twoDigits(long number) {
        return (number << 8) - ((number * 103) >>> 10) * ((10 << 8) - 1); // 103 / 2^10 is 1 / 10.
    }

    /**
     * The eight digits of a number below 10^8, the first in the lowest byte. Splits it into two
     * numbers of four digits, these into four of two digits, and these into digits, side by side in
     * one word: {@code (n << bits) - quotient * ((divisor << bits) - 1)} has the quotient at the
     * low end and the remainder {@code bits} above it.
     */
    private static long eightDigits(long number) {
        long tenThousands = (number * 3_518_437_209L) >>> 45; // That is 1 / 10^4.
        long fours = (number << 32) - tenThousands * ((10_000L << 32) - 1);
        long hundreds = ((fours * 10_486) >>> 20) & 0x7F_0000007FL; // 10 486 / 2^20 is 1 / 100.
        long twos = (fours << 16) - hundreds * ((100 << 16) - 1);
        long tens = ((twos * 103) >>> 10) & 0xF000F_000F000FL;
        return (twos << 8) - tens * ((10 << 8) - 1);
    }
}
