package dev.onnxfunction.card;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The text of a model card, split into what every client gets and the parts that are long and
 * needed by few: the background and the fingerprint. The rows of the background are not parsed,
 * because the start does not need them.
 *
 * @param members everything except the background; the values of extensions are only checked
 * @param shown the text without the background and the fingerprint
 * @param background the text of the rows, an array; null if the card has none
 * @param fingerprint the text of that object; null if the card has none
 */
record CardText(
        JsonObject members,
        String shown,
        @Nullable String background,
        @Nullable String fingerprint) {

    /** Prefix of the names of extension members, which anyone may add. */
    static final String EXTENSION_PREFIX = "x-";

    private static final String BACKGROUND = "background";

    /**
     * Maximum bytes without the background. As objects, they take up to 30 times as much memory.
     */
    private static final int MAX_READ = 4 << 20;

    private static final String FINGERPRINT = "fingerprint";

    /**
     * @throws IllegalArgumentException if it is not a JSON object
     */
    static CardText of(String json) {
        try {
            return read(json, json.getBytes(StandardCharsets.UTF_8));
        } catch (JsonException e) {
            throw new IllegalArgumentException("it " + e.getMessage(), e);
        }
    }

    private static CardText read(String json, byte[] text) {
        if (text.length > MAX_READ) {
            checkSize(text);
        }
        JsonReader reader = new JsonReader(text);
        if (reader.next() != Kind.OBJECT) {
            throw new IllegalArgumentException("the document is not an object");
        }
        Map<String, Object> members = new LinkedHashMap<>();
        StringJoiner shown = new StringJoiner(", ", "{", "}");
        String background = null;
        String fingerprint = null;
        while (reader.nextMember()) {
            int start = reader.stringPosition();
            String name = reader.string();
            int value = reader.position();
            if (name.equals(BACKGROUND)) {
                if (background != null) {
                    throw new IllegalArgumentException("\"background\" is given twice");
                }
                background = skipArray(reader, text);
                continue;
            }
            if (name.startsWith(EXTENSION_PREFIX)) {
                readExtension(reader, members, name);
            } else {
                JsonMembers.readMember(reader, members);
            }
            if (name.equals(FINGERPRINT)) {
                fingerprint = string(text, value, reader.position()).strip();
            } else {
                shown.add(string(text, start, reader.position()));
            }
        }
        reader.end();
        boolean isCut = background != null || fingerprint != null;
        return new CardText(
                JsonObject.ofDocument(members),
                isCut ? shown.toString() : json,
                background,
                fingerprint);
    }

    private static void readExtension(JsonReader reader, Map<String, Object> members, String name) {
        JsonMembers.check(reader);
        if (members.put(name, true) != null) {
            throw new IllegalArgumentException("\"" + name + "\" is given twice");
        }
    }

    /** Refuses a card that is too large, before it is parsed. */
    private static void checkSize(byte[] text) {
        JsonReader reader = new JsonReader(text);
        int read = text.length;
        if (reader.next() == Kind.OBJECT) {
            while (reader.nextMember()) {
                boolean background = reader.string().equals(BACKGROUND);
                int before = reader.position();
                reader.skip();
                read -= background ? reader.position() - before : 0;
            }
        }
        if (read > MAX_READ) {
            throw new IllegalArgumentException(
                    "it has %d bytes without its background, must have at most %d"
                            .formatted(read, MAX_READ));
        }
    }

    private static String skipArray(JsonReader reader, byte[] text) {
        if (reader.next() != Kind.ARRAY) {
            throw new IllegalArgumentException("\"background\" is not an array");
        }
        int start = reader.position() - 1;
        reader.skipArray();
        return string(text, start, reader.position());
    }

    private static String string(byte[] text, int from, int to) {
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }
}
