package dev.onnxfunction.json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.regex.Pattern;

/**
 * Trees of JSON, for whatever is not on the way of a row. They are Jackson's, which takes some
 * hundredths of a second to load: so nothing of it may be needed for a start.
 */
public final class JsonTree {

    /** Makes and reads trees, and makes them of values. */
    public static final JsonMapper MAPPER = JsonMapper.shared();

    /** Half of a pair, without the other half: UTF-8 has no such character, JSON can escape it. */
    private static final Pattern HALF = Pattern.compile("\\p{Cs}");

    private JsonTree() {}

    /** The text of a tree, which UTF-8 can encode. */
    public static String write(JsonNode tree) {
        return HALF.matcher(MAPPER.writeValueAsString(tree))
                .replaceAll(half -> "\\\\u%04x".formatted((int) half.group().charAt(0)));
    }
}
