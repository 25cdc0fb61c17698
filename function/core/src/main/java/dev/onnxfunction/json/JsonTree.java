package dev.onnxfunction.json;

import dev.onnxfunction.text.Printable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON trees, for documents of many forms. They are Jackson's, which takes some hundredths of a
 * second to load, so neither the start nor a prediction or explanation must use them.
 */
public final class JsonTree {

    /** Creates trees, parses them, and converts values to trees. */
    public static final JsonMapper MAPPER = JsonMapper.shared();

    private JsonTree() {}

    /** Returns the text of a tree, without invisible characters, which UTF-8 can encode. */
    public static String write(JsonNode tree) {
        return Printable.json(MAPPER.writeValueAsString(tree));
    }
}
