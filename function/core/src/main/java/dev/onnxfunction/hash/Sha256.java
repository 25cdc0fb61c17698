package dev.onnxfunction.hash;

/**
 * SHA-256 as FIPS 180-4 defines it. The JDK's implementation loads its security providers, which
 * take 10 ms of processor time, a twentieth of a start.
 */
public final class Sha256 {

    private static final int BLOCK = 64;
    private static final int LENGTH = 8;

    /** First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
    private static final int[] CONSTANTS = new int[BLOCK];

    /** The same of the square roots of the first 8 primes. */
    private static final int[] START = new int[8];

    static {
        int prime = 1;
        for (int i = 0; i < BLOCK; i++) {
            do {
                prime++;
            } while (!isPrime(prime));
            CONSTANTS[i] = fraction(StrictMath.cbrt(prime));
            if (i < START.length) {
                START[i] = fraction(StrictMath.sqrt(prime));
            }
        }
    }

    private Sha256() {}

    /** The hash of the content as 64 lower-case hexadecimal digits. */
    public static String hex(byte[] content) {
        int[] state = START.clone();
        int[] words = new int[BLOCK];
        int whole = content.length / BLOCK * BLOCK;
        for (int at = 0; at < whole; at += BLOCK) {
            add(content, at, words, state);
        }
        byte[] rest = padded(content, whole);
        for (int at = 0; at < rest.length; at += BLOCK) {
            add(rest, at, words, state);
        }
        StringBuilder hex = new StringBuilder(BLOCK);
        for (int word : state) {
            for (int shift = Integer.SIZE - 4; shift >= 0; shift -= 4) {
                hex.append(Character.forDigit((word >>> shift) & 0xF, 16));
            }
        }
        return hex.toString();
    }

    /** The rest of the content, a bit that is 1, zeros, and the content's length in bits. */
    private static byte[] padded(byte[] content, int from) {
        int left = content.length - from;
        byte[] rest = new byte[left + 1 + LENGTH <= BLOCK ? BLOCK : 2 * BLOCK];
        System.arraycopy(content, from, rest, 0, left);
        rest[left] = (byte) 0x80;
        long bits = (long) content.length * Byte.SIZE;
        for (int i = 1; i <= LENGTH; i++) {
            rest[rest.length - i] = (byte) bits;
            bits >>>= Byte.SIZE;
        }
        return rest;
    }

    private static void add(byte[] content, int at, int[] words, int[] state) {
        for (int i = 0; i < 16; i++) {
            int from = at + i * Integer.BYTES;
            words[i] =
                    (content[from] << 24)
                            | ((content[from + 1] & 0xFF) << 16)
                            | ((content[from + 2] & 0xFF) << 8)
                            | (content[from + 3] & 0xFF);
        }
        for (int i = 16; i < BLOCK; i++) {
            int x = words[i - 15];
            int y = words[i - 2];
            int low = Integer.rotateRight(x, 7) ^ Integer.rotateRight(x, 18) ^ (x >>> 3);
            int high = Integer.rotateRight(y, 17) ^ Integer.rotateRight(y, 19) ^ (y >>> 10);
            words[i] = words[i - 16] + low + words[i - 7] + high;
        }
        mix(words, state);
    }

    private static void mix(int[] words, int[] state) {
        int a = state[0];
        int b = state[1];
        int c = state[2];
        int d = state[3];
        int e = state[4];
        int f = state[5];
        int g = state[6];
        int h = state[7];
        for (int i = 0; i < BLOCK; i++) {
            int high =
                    Integer.rotateRight(e, 6)
                            ^ Integer.rotateRight(e, 11)
                            ^ Integer.rotateRight(e, 25);
            int first = h + high + ((e & f) ^ (~e & g)) + CONSTANTS[i] + words[i];
            int low =
                    Integer.rotateRight(a, 2)
                            ^ Integer.rotateRight(a, 13)
                            ^ Integer.rotateRight(a, 22);
            h = g;
            g = f;
            f = e;
            e = d + first;
            d = c;
            c = b;
            b = a;
            a = first + low + ((b & c) ^ (b & d) ^ (c & d));
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    private static int fraction(double root) {
        return (int) (long) ((root - Math.floor(root)) * (1L << Integer.SIZE));
    }

    private static boolean isPrime(int number) {
        for (int divisor = 2; divisor * divisor <= number; divisor++) {
            if (number % divisor == 0) {
                return false;
            }
        }
        return true;
    }
}
