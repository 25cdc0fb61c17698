package dev.onnxfunction.openapi;

import dev.onnxfunction.json.JsonWriter;

import java.util.Map;
import java.util.stream.Collectors;

/** JSON of plain values. */
final class Json {

    private Json() {}

    static String string(String text) {
        return new JsonWriter(text.length() + 2).appendString(text).toString();
    }

    /** A string, or a number, or true or false. */
    static String scalar(Object value) {
        return value instanceof String text ? string(text) : value.toString();
    }

    /**
     * An object.
     *
     * @param members name to JSON
     */
    static String object(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> string(member.getKey()) + ": " + member.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
