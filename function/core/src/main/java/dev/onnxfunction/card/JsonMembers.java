package dev.onnxfunction.card;

import dev.onnxfunction.json.JsonReader;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads members of JSON objects: an object becomes a {@code Map}, an array a {@code List}, a whole
 * number a {@code Long}, any other a {@code Double}.
 */
final class JsonMembers {

    private JsonMembers() {}

    /**
     * Reads the current member into a map, which must not have it yet.
     *
     * @throws IllegalArgumentException if it is null, is given twice, or has a number beyond the
     *     range of double
     */
    static void readMember(JsonReader json, Map<String, Object> members) {
        String name = json.string();
        Object value = value(json);
        if (value == null) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is null, must have a value or be left out");
        }
        if (members.put(name, value) != null) {
            throw twice(name);
        }
    }

    private static @Nullable Object value(JsonReader json) {
        return switch (json.next()) {
            case OBJECT -> object(json);
            case ARRAY -> array(json);
            case NUMBER -> finite(json.number().toNumber());
            case STRING -> json.string();
            case TRUE -> true;
            case FALSE -> false;
            case NULL -> null;
        };
    }

    private static Map<String, Object> object(JsonReader json) {
        Map<String, Object> members = new LinkedHashMap<>();
        while (json.nextMember()) {
            readMember(json, members);
        }
        return members;
    }

    private static List<@Nullable Object> array(JsonReader json) {
        List<@Nullable Object> elements = new ArrayList<>();
        while (json.nextElement()) {
            elements.add(value(json));
        }
        return elements;
    }

    /** Reads a value of any type, and checks its numbers and the names of its members. */
    static void check(JsonReader json) {
        switch (json.next()) {
            case OBJECT -> {
                Set<String> names = new HashSet<>();
                while (json.nextMember()) {
                    if (!names.add(json.string())) {
                        throw twice(json.string());
                    }
                    check(json);
                }
            }
            case ARRAY -> {
                while (json.nextElement()) {
                    check(json);
                }
            }
            case NUMBER -> finite(json.number().toNumber());
            default -> {
                // It is read.
            }
        }
    }

    private static IllegalArgumentException twice(String name) {
        return new IllegalArgumentException("\"" + name + "\" is given twice");
    }

    /** A number whose nearest double is whole is whole, such as 1e-400, as in Python. */
    private static Number finite(Number number) {
        double nearest = number.doubleValue();
        if (Double.isInfinite(nearest)) {
            throw new IllegalArgumentException("a number is beyond the range of double");
        }
        boolean whole = nearest == Math.rint(nearest) && Math.abs(nearest) < 0x1p63;
        return number instanceof Double && whole ? (Number) (long) nearest : number;
    }
}
