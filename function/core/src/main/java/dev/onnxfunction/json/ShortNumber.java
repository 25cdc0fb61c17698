package dev.onnxfunction.json;

/**
 * Reads a number that ends within eight bytes, all digits at once, because a processor cannot
 * predict the end of a loop over the digits of numbers that differ in length.
 *
 * <p>The eight bytes are a word. Which of them are digits gives the end of the number, so that a
 * processor reads the next number before it has this one.
 */
final class ShortNumber {

    /** The shape of anything but such a number. */
    static final int NONE = 0;

    private static final int WHOLE_SHIFT = 8;

    /** The bits of whole bytes in a word. */
    private static final int BYTES = 0x78;

    private static final int BITS_OF_BYTE = 3;

    /** Each byte is the character 0. */
    private static final long ZEROS = 0x3030303030303030L;

    private static final long HIGH_BITS = 0x8080808080808080L;

    /** Each byte carries into its high bit when added to 10 or more. */
    private static final long FROM_TEN = 0x7676767676767676L;

    /** The bit of the first byte in {@link #others}. */
    private static final int FIRST_OTHER = 0x80;

    /** The bits that are not set if the first byte is the digit 0 and the second a digit. */
    private static final int ZERO_AND_DIGIT = 0x80FF;

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

    /** Returns the high bits of the bytes that are no digits. */
    static long others(long word) {
        return ((word & ~HIGH_BITS) + FROM_TEN | word) & HIGH_BITS;
    }

    /** Bits of the bytes before the first that is no digit. */
    static int end(long others) {
        return Long.numberOfTrailingZeros(others) & BYTES;
    }

    /** Whether the byte after so many bits is a point. */
    static boolean isPoint(long word, int bits) {
        return (word >>> bits & 0xFF) == POINT;
    }

    /**
     * Whether the number at the start of a word ends in it, is valid JSON and has no exponent.
     *
     * @param others what is no digit
     * @param rest the same without the point
     * @param whole bits of the digits before the point
     * @param end bits of the text
     */
    static boolean isPlain(long word, long others, long rest, int whole, int end) {
        boolean empty = rest == 0 || (others & FIRST_OTHER) != 0;
        boolean padded = ((word | others) & ZERO_AND_DIGIT) == 0;
        boolean withoutDecimals = end - whole == Byte.SIZE;
        return !empty && !padded && !withoutDecimals && (word >>> end & 0xFF & ~0x20) != EXPONENT;
    }

    /**
     * Returns the shape of the number at the start of a word: the bits of its text and, from bit 8
     * on, those before its point, or of its text if it has none.
     *
     * @return {@link #NONE} if it does not end in the word, has an exponent or is invalid
     */
    static int shape(long word) {
        long others = others(word);
        int whole = end(others);
        long rest = isPoint(word, whole) ? others & (others - 1) : others;
        int end = end(rest);
        return isPlain(word, others, rest, whole, end) ? end | (whole << WHOLE_SHIFT) : NONE;
    }

    /** Returns all digits as a whole number. */
    static long digits(long word, int shape) {
        int end = shape & BYTES;
        int whole = shape >> WHOLE_SHIFT;
        return whole == end ? wholeNumber(word, end) : digitsWithoutPoint(word, whole, end);
    }

    /** Returns the digits at the start of a word, up to so many bits. */
    static long wholeNumber(long word, int end) {
        return eightDigits(word << -end);
    }

    private static long digitsWithoutPoint(long word, int whole, int end) {
        long decimals = -1L << whole << Byte.SIZE;
        return eightDigits((((word << Byte.SIZE) & ~decimals) | (word & decimals)) << -end);
    }

    /** The number of eight digits, the first of them in the lowest byte. */
    private static long eightDigits(long bytes) {
        long pairs = bytes * 10 + (bytes >>> 8);
        long numbers =
                (pairs & 0xFF000000FFL) * (100 + (1_000_000L << 32))
                        + (pairs >>> 16 & 0xFF000000FFL) * (1 + (10_000L << 32));
        return numbers >>> 32;
    }

    /** Length in bytes of a text of some bits, or of a shape. */
    static int length(int shape) {
        return (shape & BYTES) >> BITS_OF_BYTE;
    }

    static int decimals(int shape) {
        int end = shape & BYTES;
        int whole = shape >> WHOLE_SHIFT;
        return whole == end ? 0 : decimals(whole, end);
    }

    private static int decimals(int whole, int end) {
        return ((end - whole) >> BITS_OF_BYTE) - 1;
    }

    /**
     * Returns the double nearest to a number with a point. Both operands are exact, so that the
     * division rounds once (Clinger, PLDI 1990).
     *
     * @param whole bits of the digits before the point
     * @param end bits of the text
     */
    static double toDouble(long word, int whole, int end) {
        return (double) digitsWithoutPoint(word, whole, end)
                / POWERS_OF_TEN[decimals(whole, end) & (POWERS_OF_TEN.length - 1)];
    }
}
