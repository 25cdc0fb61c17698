package dev.onnxfunction.json;

import java.nio.charset.StandardCharsets;

/**
 * Reads one JSON text (RFC 8259) value by value, strictly: refuses everything outside the grammar
 * and anything after the value.
 *
 * <p>{@link #next} begins a value. In an object, {@link #nextMember} and {@code next} alternate
 * until there is no further member; in an array, {@link #nextElement} and {@code next}. The current
 * number or string is valid until the next call. Not thread-safe; for one text.
 */
public final class JsonReader {

    /** The type of a value. */
    public enum Kind {
        OBJECT("an object"),
        ARRAY("a list"),
        STRING("a string"),
        NUMBER("a number"),
        TRUE("true"),
        FALSE("false"),
        NULL("null");

        private final String description;

        Kind(String description) {
            this.description = description;
        }

        /** The type as part of a sentence: "is a list". */
        public String description() {
            return description;
        }
    }

    /** Maximum nesting of objects and arrays. */
    public static final int MAX_DEPTH = 64;

    private final byte[] text;
    private int start;
    private int end;
    private int position;
    private int depth;

    /** One bit for each level of nesting: whether it has had a member or element. */
    private long begun;

    /** Start and end of the current string, without its quotes, and whether it has escapes. */
    private int stringStart;

    private int stringEnd;
    private boolean stringEscaped;

    private final JsonNumber number;

    /**
     * @param text in UTF-8
     * @throws JsonException if it is not UTF-8
     */
    public JsonReader(byte[] text) {
        this(text, text.length);
    }

    /**
     * @param text in UTF-8
     * @param length number of valid bytes in {@code text}
     * @throws JsonException if it is not UTF-8
     */
    public JsonReader(byte[] text, int length) {
        this.text = text;
        this.end = length;
        this.number = new JsonNumber(text, length);
        if (!Utf8.isValid(text, length)) {
            throw new JsonException("is not UTF-8");
        }
        if (Utf8.startsWithByteOrderMark(text, length)) {
            throw new JsonException("begins with a byte order mark");
        }
    }

    /**
     * Restarts with a part of the text, as if it were the whole text.
     *
     * @param from index of the part's first byte
     * @param to index after the part
     */
    public void restrict(int from, int to) {
        start = from;
        position = from;
        end = to;
        depth = 0;
        begun = 0;
    }

    /**
     * Begins the next value. Reads only the opening bracket of an object or array, and any other
     * value completely.
     */
    public Kind next() {
        return switch (skipBlanks()) {
            case '{' -> open(Kind.OBJECT);
            case '[' -> open(Kind.ARRAY);
            case '"' -> readString();
            case 't' -> readLiteral("true", Kind.TRUE);
            case 'f' -> readLiteral("false", Kind.FALSE);
            case 'n' -> readLiteral("null", Kind.NULL);
            default -> readNumber();
        };
    }

    /**
     * Moves to the value of the next member of the current object and reads the member's name.
     *
     * @return false at the object's end, after reading it
     */
    public boolean nextMember() {
        if (!nextOf('}')) {
            return false;
        }
        if (skipBlanks() != '"') {
            throw unexpected("a name in double quotes");
        }
        readString();
        if (skipBlanks() != ':') {
            throw unexpected("':'");
        }
        position++;
        skipBlanks();
        return true;
    }

    /**
     * Reads the next value if it is a {@linkplain #number number} of few digits.
     *
     * @return false if it is not, or has blanks before it; then nothing is read
     */
    public boolean readShortNumber() {
        int after = number.readShort(position);
        if (after > 0) {
            position = after;
        }
        return after > 0;
    }

    /**
     * Moves to the next element of the current array.
     *
     * @return false at the array's end, after reading it
     */
    public boolean nextElement() {
        return nextOf(']');
    }

    /** The current number. */
    public JsonNumber number() {
        return number;
    }

    /** The current string, or the name of the current member. */
    public String string() {
        return stringEscaped
                ? unescape()
                : new String(text, stringStart, stringEnd - stringStart, StandardCharsets.UTF_8);
    }

    /**
     * Returns the index of the current member's name in a table.
     *
     * @param guess probable index
     * @return -1 if it is not in the table
     */
    public int nameIn(Names names, int guess) {
        return stringEscaped
                ? names.indexOf(string())
                : names.indexOf(text, stringStart, stringEnd, guess);
    }

    /** Whether the next value begins with this character. */
    public boolean isNext(char first) {
        return skipBlanks() == first;
    }

    byte[] text() {
        return text;
    }

    /** Index after the last byte of the text. */
    int limit() {
        return end;
    }

    /** Moves to the value of a member of the current object, or to its end. */
    void goToMember(int place) {
        position = place;
        begun |= 1;
    }

    /** Number of bytes read. */
    public int position() {
        return position;
    }

    /** Position of the opening quote of the current string or member name. */
    public int stringPosition() {
        return stringStart - 1;
    }

    /**
     * Skips to the end of the array that {@link #next} has begun, without checking its contents,
     * which takes a tenth of the time.
     */
    public void skipArray() {
        int open = 1;
        int at = position;
        for (; at < end && open > 0; at++) {
            byte next = text[at];
            if (next == '[') {
                open++;
            } else if (next == ']') {
                open--;
            } else if (next == '"') {
                position = at;
                readString();
                at = position - 1;
            }
        }
        position = at;
        if (open > 0) {
            throw failure("ends too early");
        }
        depth--;
        begun >>>= 1;
    }

    /** Skips a value of any type. */
    public void skip() {
        switch (next()) {
            case OBJECT -> {
                while (nextMember()) {
                    skip();
                }
            }
            case ARRAY -> skipArray();
            default -> {
                // It is read.
            }
        }
    }

    /** Skips a value and checks that all of it is JSON. */
    public void skipStrictly() {
        skipStrictly(next());
    }

    /** Skips the rest of a value that {@link #next} has begun, and checks that it is JSON. */
    public void skipStrictly(Kind kind) {
        if (kind == Kind.OBJECT) {
            while (nextMember()) {
                skipStrictly();
            }
        } else if (kind == Kind.ARRAY) {
            while (nextElement()) {
                skipStrictly();
            }
        }
    }

    /**
     * Moves to another position between values at this level of nesting, as {@link #position}
     * returned it: back to a value that was skipped, or forward to its end.
     */
    public void goTo(int place) {
        position = place;
    }

    /** Checks that only blanks follow. */
    public void end() {
        int first = blanksEnd();
        if (first < end) {
            position = first;
            throw failure("goes on after the end of the value");
        }
    }

    /** Whether there are only blanks. */
    public boolean isEmpty() {
        return blanksEnd() == end;
    }

    /** Index of the next byte that is not a blank; the text's end if there is none. */
    private int blanksEnd() {
        int at = position;
        while (at < end && isBlank(text[at])) {
            at++;
        }
        return at;
    }

    private Kind open(Kind kind) {
        if (depth >= MAX_DEPTH) {
            throw failure("is nested deeper than " + MAX_DEPTH);
        }
        depth++;
        position++;
        begun <<= 1;
        return kind;
    }

    /** Reads a comma if one must follow, or the closing bracket. */
    private boolean nextOf(char closing) {
        byte next = skipBlanks();
        if (next == closing && (begun & 1) == 0) {
            return close();
        }
        if ((begun & 1) == 0) {
            begun |= 1;
            return true;
        }
        if (next == ',') {
            position++;
            return true;
        }
        if (next == closing) {
            return close();
        }
        throw unexpected("',' or '" + closing + "'");
    }

    private boolean close() {
        depth--;
        position++;
        begun >>>= 1;
        return false;
    }

    private byte skipBlanks() {
        position = blanksEnd();
        if (position == end) {
            throw failure("ends too early");
        }
        return text[position];
    }

    private static boolean isBlank(byte next) {
        return next == ' ' || next == '\n' || next == '\r' || next == '\t';
    }

    private Kind readLiteral(String literal, Kind kind) {
        for (int i = 0; i < literal.length(); i++, position++) {
            if (position == end || text[position] != literal.charAt(i)) {
                throw unexpected("\"" + literal + "\"");
            }
        }
        return kind;
    }

    private Kind readNumber() {
        int from = position;
        int after = number.read(from);
        if (after < 0) {
            position = -1 - after;
            if (position < end && text[position] >= '0' && text[position] <= '9') {
                throw failure("has a number with leading zeros, must have one without");
            }
            throw unexpected(position == from ? "a value" : "a digit");
        }
        position = after;
        return Kind.NUMBER;
    }

    /** Finds the end of the string whose opening quote is next. */
    private Kind readString() {
        int at = position + 1;
        boolean escaped = false;
        while (at < end && text[at] != '"') {
            if (text[at] >= 0 && text[at] < ' ') {
                position = at;
                throw failure("has a control character in a string");
            }
            if (text[at] == '\\') {
                escaped = true;
                at++;
            }
            at++;
        }
        if (at >= end) {
            position = end;
            throw failure("ends within a string");
        }
        stringStart = position + 1;
        stringEnd = at;
        stringEscaped = escaped;
        position = at + 1;
        if (escaped) {
            unescape();
        }
        return Kind.STRING;
    }

    private String unescape() {
        StringBuilder string = new StringBuilder(stringEnd - stringStart);
        int plain = stringStart;
        for (int at = stringStart; at < stringEnd; at++) {
            if (text[at] == '\\') {
                string.append(utf8(plain, at));
                at++;
                string.append(unescape(at));
                at += text[at] == 'u' ? 4 : 0;
                plain = at + 1;
            }
        }
        return string.append(utf8(plain, stringEnd)).toString();
    }

    /** Returns the character of the escape whose letter is here. */
    private char unescape(int letter) {
        return switch (text[letter]) {
            case '"', '\\', '/' -> (char) text[letter];
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal(letter + 1);
            default -> throw badEscape(letter);
        };
    }

    private char hexadecimal(int from) {
        int character = 0;
        for (int at = from; at < from + 4; at++) {
            int digit = at < stringEnd ? Character.digit(text[at], 16) : -1;
            if (digit < 0) {
                throw badEscape(from - 1);
            }
            character = character << 4 | digit;
        }
        return (char) character;
    }

    private JsonException badEscape(int letter) {
        position = letter - 1;
        return failure("has an escape that does not exist");
    }

    private String utf8(int from, int to) {
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }

    private JsonException unexpected(String wanted) {
        if (position >= end) {
            return failure("ends too early");
        }
        int character = utf8(position, end).codePointAt(0);
        return failure("has '" + Character.toString(character) + "', must have " + wanted);
    }

    /** Returns an exception for this position. */
    private JsonException failure(String problem) {
        String before = utf8(start, Math.min(position, end));
        int lineStart = before.lastIndexOf('\n') + 1;
        long line = before.chars().filter(next -> next == '\n').count() + 1;
        int column = before.codePointCount(lineStart, before.length()) + 1;
        return new JsonException(problem + " (line " + line + ", column " + column + ")");
    }
}
