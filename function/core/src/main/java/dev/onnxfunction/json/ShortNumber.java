package dev.onnxfunction.json;

/**
 * Reads a number that ends within eight bytes, all digits at once, because a processor cannot
 * predict the end of a loop over the digits of numbers that differ in length.
 *
 * <p>The eight bytes are a word, whose shape is its whole part and its decimals. The end follows
 * from the shape alone, so that a processor reads the next number before it has this one.
 */
final class ShortNumber {

    /** The shape of anything else. */
    static final int NONE = 0;

    private static final int DECIMALS_SHIFT = 8;

    /** The bits of whole bytes in a word. */
    private static final int BYTES = 0x78;

    private static final int BITS_OF_BYTE = 3;

    /** Each byte is the character 0. */
    private static final long ZEROS = 0x3030303030303030L;

    private static final long HIGH_BITS = 0x8080808080808080L;

    /** Each byte carries into its high bit when added to 10 or more. */
    private static final long FROM_TEN = 0x7676767676767676L;

    /** Characters as they are when those of digits are 0 to 9. */
    private static final int POINT = '.' ^ '0';

    private static final int MINUS = '-' ^ '0';
    private static final int EXPONENT = ('e' ^ '0') & ~0x20;

    private static final double[] POWERS_OF_TEN = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};

    private ShortNumber() {}

    /** Returns the word of the text at a position. */
    static long word(byte[] text, int position) {
        return Words.at(text, position) ^ ZEROS;
    }

    /** Whether a word begins with a minus; the number is the word at the next position. */
    static boolean isNegative(long word) {
        return (word & 0xFF) == MINUS;
    }

    /**
     * Returns the shape of the number at the start of a word: the bits of its text and, from bit 8
     * on, those of its decimals.
     *
     * @return {@link #NONE} if it does not end in the word, has an exponent or is invalid
     */
    static int shape(long word) {
        long others = ((word & ~HIGH_BITS) + FROM_TEN | word) & HIGH_BITS;
        int whole = Long.numberOfTrailingZeros(others) & BYTES;
        int stop = whole;
        int decimals = 0;
        if ((word >>> whole & 0xFF) == POINT) {
            others &= others - 1;
            stop = Long.numberOfTrailingZeros(others) & BYTES;
            decimals = stop - whole - Byte.SIZE;
            if (decimals == 0) {
                return NONE;
            }
        }
        boolean padded = whole > Byte.SIZE && (word & 0xFF) == 0;
        if (others == 0 || whole == 0 || padded || (word >>> stop & 0xFF & ~0x20) == EXPONENT) {
            return NONE;
        }
        return stop | (decimals << DECIMALS_SHIFT);
    }

    /** Returns all digits as a whole number. */
    static long digits(long word, int shape) {
        int decimals = shape >> DECIMALS_SHIFT;
        long packed = word;
        if (decimals > 0) {
            long after = -1L << (shape - decimals); // The point.
            packed = ((word << Byte.SIZE) & ~after) | (word & after);
        }
        return eightDigits(packed << -shape);
    }

    /** The number of eight digits, the first of them in the lowest byte. */
    private static long eightDigits(long bytes) {
        long pairs = bytes * 10 + (bytes >>> 8);
        long numbers =
                (pairs & 0xFF000000FFL) * (100 + (1_000_000L << 32))
                        + (pairs >>> 16 & 0xFF000000FFL) * (1 + (10_000L << 32));
        return numbers >>> 32;
    }

    /** Length of the text in bytes. */
    static int length(int shape) {
        return (shape & BYTES) >> BITS_OF_BYTE;
    }

    static int decimals(int shape) {
        return shape >> (DECIMALS_SHIFT + BITS_OF_BYTE) & (POWERS_OF_TEN.length - 1);
    }

    /**
     * Returns the nearest double. Both operands are exact, so that the division rounds once
     * (Clinger, PLDI 1990).
     */
    static double toDouble(long word, int shape) {
        return (double) digits(word, shape) / POWERS_OF_TEN[decimals(shape)];
    }
}
