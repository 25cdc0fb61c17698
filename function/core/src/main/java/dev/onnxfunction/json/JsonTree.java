package dev.onnxfunction.json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.regex.Pattern;

/**
 * JSON trees, for everything except rows. They are Jackson's, which takes some hundredths of a
 * second to load, so the start must not use them.
 */
public final class JsonTree {

    /** Creates trees, parses them, and converts values to trees. */
    public static final JsonMapper MAPPER = JsonMapper.shared();

    /** An unpaired surrogate, which JSON can escape but UTF-8 cannot encode. */
    private static final Pattern HALF = Pattern.compile("\\p{Cs}");

    private JsonTree() {}

    /** Returns the text of a tree, which UTF-8 can encode. */
    public static String write(JsonNode tree) {
        return HALF.matcher(MAPPER.writeValueAsString(tree))
                .replaceAll(half -> "\\\\u%04x".formatted((int) half.group().charAt(0)));
    }
}
