package dev.onnxfunction.json;

/**
 * Writes a double with the fewest digits that parse to the same double, and of several such texts
 * the nearest: the text of {@link Double#toString(double)}, faster and without garbage.
 *
 * <p>A double of this size is {@code m × 2^-shift} with a whole {@code m}, and every number less
 * than half of {@code 2^-shift} away is rounded to it, at just that distance if {@code m} is even
 * (Steele and White, <i>How to print floating-point numbers accurately</i>, PLDI 1990). Counted in
 * the largest unit {@code 10^-decimals} of which {@code 2^-shift} has at least one, there are whole
 * numbers so near, and at most one multiple of ten. All of it is exact in 128 bits.
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

    private static final long TEN_TO_THE_8 = 100_000_000;

    private static final long[] POWERS_OF_TEN = new long[19];

    static {
        POWERS_OF_TEN[0] = 1;
        for (int i = 1; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = POWERS_OF_TEN[i - 1] * 10;
        }
    }

    private ShortestDecimal() {}

    /**
     * Whether this class can write it: its size is usual, and it is not a power of two, because
     * doubles below one are closer than above.
     */
    static boolean takes(double number) {
        double size = Math.abs(number);
        return size >= MIN && size < MAX && (Double.doubleToRawLongBits(size) & FRACTION) != 0;
    }

    /**
     * Writes a number that it {@linkplain #takes takes}.
     *
     * @param at position with space for {@link #MAX_LENGTH} characters
     * @return the position after it
     */
    static int write(double number, byte[] text, int at) {
        int start = at;
        if (number < 0) {
            text[start++] = '-';
        }
        double size = Math.abs(number);
        long bits = Double.doubleToRawLongBits(size);
        int shift = Double.MAX_EXPONENT + FRACTION_BITS - (int) (bits >>> FRACTION_BITS);
        int decimals = decimals(shift);
        long unit = POWERS_OF_TEN[decimals];
        long whole = (long) size; // Never off: a whole number is a double, so never near another.
        long digits = digits((bits & FRACTION) | HIDDEN_BIT, shift, unit) - whole * unit;
        int point = writeWhole((int) whole, text, start);
        text[point] = '.';
        return writeFraction(digits, decimals, text, point + 1);
    }

    /**
     * The fewest decimals with {@code 10^decimals >= 2^shift}: for a shift of 29 to 59, 9 to 18.
     */
    private static int decimals(int shift) {
        return ((shift * 1233) >> 12) + 1; // 1233 / 4096 is log10(2) to 5 digits.
    }

    /** The nearest to {@code m × 2^-shift} in units, a multiple of ten where one is near enough. */
    private static long digits(long m, int shift, long unit) {
        long low = m * unit;
        long units = (Math.multiplyHigh(m, unit) << -shift) | (low >>> shift);
        // Distances are counted in units of 2^-shift.
        long part = low & ((1L << shift) - 1);
        long near = unit >> 1; // No distance equals it: its factors of two are too few.
        long over = units % 10;
        long below = (over << shift) + part;
        if (below <= near) {
            return units - over;
        }
        if ((10L << shift) - below <= near) {
            return units - over + 10;
        }
        long half = 1L << (shift - 1);
        return units + (part > half || (part == half && (units & 1) == 1) ? 1 : 0);
    }

    /** Writes a whole number below {@link #MAX}. */
    private static int writeWhole(int number, byte[] text, int at) {
        int end = at + 1;
        for (int rest = number; rest >= 10; rest /= 10) {
            end++;
        }
        writeDigits(number, text, at, end);
        return end;
    }

    /** Writes decimals without the zeros at their end, at least one. */
    private static int writeFraction(long digits, int decimals, byte[] text, int at) {
        int end = at + decimals;
        long front = digits / TEN_TO_THE_8;
        if (decimals >= 16) {
            writeDigits((int) (front / TEN_TO_THE_8), text, at, end - 16);
            Words.put(text, end - 16, eightDigits((int) (front % TEN_TO_THE_8)));
        } else {
            writeDigits((int) front, text, at, end - 8);
        }
        Words.put(text, end - 8, eightDigits((int) (digits % TEN_TO_THE_8)));
        while (text[end - 1] == '0' && end > at + 1) {
            end--;
        }
        return end;
    }

    /** The characters of a number of at most eight digits, the first in the lowest byte. */
    private static long eightDigits(int number) {
        long fours = number / 10_000 + ((number % 10_000L) << 32);
        long hundreds = ((fours * 10_486) >>> 20) & 0x7F_0000007FL; // 10 486 / 2^20 is 1 / 100.
        long twos = hundreds + ((fours - 100 * hundreds) << 16);
        long tens = ((twos * 103) >>> 10) & 0xF000F_000F000FL; // 103 / 2^10 is 1 / 10.
        long digits = tens + ((twos - 10 * tens) << 8);
        return digits + 0x3030303030303030L;
    }

    private static void writeDigits(int number, byte[] text, int from, int to) {
        int rest = number;
        int i = to - 2;
        for (;
                i >= from;
                i -= 2) { // Two digits at once, because each division waits for the previous one.
            int two = rest % 100;
            rest /= 100;
            text[i] = (byte) ('0' + two / 10);
            text[i + 1] = (byte) ('0' + two % 10);
        }
        if (i == from - 1) {
            text[from] = (byte) ('0' + rest);
        }
    }
}
