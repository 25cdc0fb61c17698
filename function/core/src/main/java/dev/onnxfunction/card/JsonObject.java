package dev.onnxfunction.card;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A JSON object whose members are taken one by one, with checks of their types. Members that were
 * never taken are unknown and can be {@linkplain #refuseOthers refused}.
 *
 * <p>Every refusal is an {@link IllegalArgumentException} that names the member by its path.
 */
final class JsonObject {

    private final String path;
    private final Map<String, Object> values;
    private final Set<String> taken = new HashSet<>();

    private JsonObject(String path, Map<String, Object> values) {
        this.path = path;
        this.values = values;
    }

    /** Returns the object that a document consists of. */
    static JsonObject ofDocument(Map<String, Object> values) {
        return new JsonObject("", values);
    }

    /** Takes all members, in their order. */
    Map<String, Object> all() {
        taken.addAll(values.keySet());
        return values;
    }

    String text(String name) {
        return required(name, optional(name, String.class));
    }

    double number(String name) {
        return required(name, optionalNumber(name));
    }

    long whole(String name) {
        return required(name, optional(name, Long.class));
    }

    JsonObject object(String name) {
        return required(name, optionalObject(name));
    }

    @Nullable Double optionalNumber(String name) {
        Number number = optional(name, Number.class);
        return number == null ? null : number.doubleValue();
    }

    @Nullable JsonObject optionalObject(String name) {
        Object value = take(name);
        return value == null ? null : new JsonObject(at(name), asObject(value, quoted(name)));
    }

    /** The objects of a required array. */
    List<JsonObject> objects(String name) {
        List<?> array = required(name, optional(name, List.class));
        List<JsonObject> objects = new ArrayList<>();
        for (Object element : array) {
            String place = at(name) + "[" + objects.size() + "]";
            objects.add(new JsonObject(place, asObject(element, "\"" + place + "\"")));
        }
        return objects;
    }

    /** The elements of a required array, all of one type. */
    <T> List<T> list(String name, Class<T> type) {
        List<?> array = required(name, optional(name, List.class));
        List<T> elements = new ArrayList<>();
        for (Object element : array) {
            if (!type.isInstance(element)) {
                throw new IllegalArgumentException(
                        "\"%s[%d]\" is %s, must be %s"
                                .formatted(
                                        at(name),
                                        elements.size(),
                                        kindOrNull(element),
                                        kind(type)));
            }
            elements.add(type.cast(element));
        }
        return elements;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    <T> @Nullable T optional(String name, Class<T> type) {
        Object value = take(name);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException(
                    "\"%s\" is %s, must be %s".formatted(at(name), kind(value), kind(type)));
        }
        if ("".equals(value)) {
            throw new IllegalArgumentException("\"" + at(name) + "\" is empty");
        }
        return type.cast(value);
    }

    /**
     * Creates what the members describe, and refuses members that it did not take. The path of this
     * object is added to a refusal that names no member.
     */
    <T> T make(Function<JsonObject, T> maker) {
        T made;
        try {
            made = maker.apply(this);
        } catch (IllegalArgumentException e) {
            if (String.valueOf(e.getMessage()).startsWith("\"" + path)) {
                throw e;
            }
            throw new IllegalArgumentException("\"" + path + "\": " + e.getMessage(), e);
        }
        refuseOthers();
        return made;
    }

    /** Refuses members that were not taken, except those with one of these prefixes. */
    void refuseOthers(String... free) {
        for (String name : values.keySet()) {
            if (!taken.contains(name) && List.of(free).stream().noneMatch(name::startsWith)) {
                throw new IllegalArgumentException("\"" + at(name) + "\" is not known");
            }
        }
    }

    private @Nullable Object take(String name) {
        taken.add(name);
        return values.get(name);
    }

    private <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("\"" + at(name) + "\" is missing");
        }
        return value;
    }

    private String quoted(String name) {
        return "\"" + at(name) + "\"";
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asObject(@Nullable Object value, String place) {
        if (value instanceof Map<?, ?> members) {
            return (Map<String, Object>) members;
        }
        throw new IllegalArgumentException(
                place + " is " + kindOrNull(value) + ", must be an object");
    }

    private static String kindOrNull(@Nullable Object value) {
        return value == null ? "null" : kind(value);
    }

    private static String kind(Object value) {
        return kind(value.getClass());
    }

    private static String kind(Class<?> type) {
        if (Map.class.isAssignableFrom(type)) {
            return "an object";
        }
        if (List.class.isAssignableFrom(type)) {
            return "an array";
        }
        if (type == Long.class) {
            return "a whole number";
        }
        if (Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        return type == Boolean.class ? "true or false" : "a string";
    }
}
