package dev.onnxfunction.model;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model card as text, of which the rows of the background are cut out unread: they are long, no
 * start and no client needs them, and they may be private.
 *
 * @param members all others
 * @param shown the text of all others
 * @param background the text of the rows, an array; absent where the card has none
 */
record CardText(Members members, String shown, @Nullable String background) {

    private static final String BACKGROUND = "background";

    /**
     * @throws IllegalArgumentException if it is no JSON object
     */
    static CardText of(String json) {
        try {
            return read(json.getBytes(StandardCharsets.UTF_8));
        } catch (JsonException e) {
            throw new IllegalArgumentException("it " + e.getMessage(), e);
        }
    }

    private static CardText read(byte[] text) {
        JsonReader reader = new JsonReader(text);
        if (reader.next() != Kind.OBJECT) {
            throw new IllegalArgumentException("the document is no object, must be one");
        }
        Map<String, Object> members = new LinkedHashMap<>();
        String background = null;
        int cutFrom = 0;
        int cutTo = 0;
        for (int before = reader.position(); reader.nextMember(); before = reader.position()) {
            if (background != null && members.isEmpty()) {
                cutTo = reader.stringPosition(); // It came first: the comma after it goes, too.
            }
            if (!reader.string().equals(BACKGROUND)) {
                Members.readMember(reader, members);
                continue;
            }
            if (background != null) {
                throw new IllegalArgumentException("\"background\" is given twice");
            }
            background = skipArray(reader, text);
            cutFrom = before;
            cutTo = reader.position();
        }
        reader.end();
        String shown = string(text, 0, cutFrom) + string(text, cutTo, text.length);
        return new CardText(Members.ofDocument(members), shown, background);
    }

    private static String skipArray(JsonReader reader, byte[] text) {
        if (reader.next() != Kind.ARRAY) {
            throw new IllegalArgumentException("\"background\" is no array, must be one");
        }
        int start = reader.position() - 1;
        reader.skipArray();
        return string(text, start, reader.position());
    }

    private static String string(byte[] text, int from, int to) {
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }
}
