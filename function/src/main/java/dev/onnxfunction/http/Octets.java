package dev.onnxfunction.http;

/** The characters of RFC 9110, 5.5 and 5.6.2, as bytes. */
final class Octets {

    static final byte CR = '\r';
    static final byte LF = '\n';
    static final byte SPACE = ' ';
    static final byte TAB = '\t';
    private static final byte DELETE = 0x7f;

    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";
    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (int i = 0; i < TOKEN.length; i++) {
            TOKEN[i] = isAlphanumeric(i) || TOKEN_PUNCTUATION.indexOf(i) >= 0;
        }
    }

    private Octets() {}

    /** Whether this may be in a token, such as a method or the name of a field. */
    static boolean isToken(byte octet) {
        return octet >= 0 && TOKEN[octet];
    }

    /** Whether this may be in the value of a field; bytes beyond ASCII may. */
    static boolean isValue(byte octet) {
        return octet < 0 || (octet >= SPACE && octet != DELETE) || octet == TAB;
    }

    /** Whether this may be in a request's target: visible ASCII. */
    static boolean isVisible(byte octet) {
        return octet > SPACE && octet != DELETE;
    }

    static boolean isBlank(byte octet) {
        return octet == SPACE || octet == TAB;
    }

    static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    /** Returns the value of a hexadecimal digit; -1 if it is none. */
    static int hexadecimal(byte octet) {
        if (isDigit(octet)) {
            return octet - '0';
        }
        int letter = octet | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    /**
     * Returns the index of the first line feed from {@code from} on; {@code end} if there is none.
     */
    static int lineFeed(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != LF) {
            at++;
        }
        return at;
    }

    private static boolean isAlphanumeric(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9');
    }
}
