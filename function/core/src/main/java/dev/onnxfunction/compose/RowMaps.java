package dev.onnxfunction.compose;

import dev.onnxfunction.predict.Prediction;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows and predictions as the values of functions. */
final class RowMaps {

    private RowMaps() {}

    /** Whether this is a prediction or a map of members. */
    static boolean isRow(Object value) {
        return value instanceof Prediction
                || (value instanceof Map<?, ?> map
                        && map.keySet().stream().allMatch(String.class::isInstance));
    }

    /**
     * Returns a copy of what a function returns, because a map or list of the user's may compute
     * its elements only when they are read, and fail.
     */
    static @Nullable Object copy(@Nullable Object result) {
        if (result instanceof Map<?, ?> map) {
            return new LinkedHashMap<Object, @Nullable Object>(map);
        }
        if (result instanceof Collection<?> list) {
            List<@Nullable Object> copies = new ArrayList<>(list.size());
            list.forEach(element -> copies.add(copy(element)));
            return copies;
        }
        return result;
    }

    /**
     * Returns a row as a map.
     *
     * @param row a prediction, or a map of members
     */
    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> asMap(Object row) {
        return row instanceof Prediction prediction
                ? members(prediction)
                : (Map<String, @Nullable Object>) row;
    }

    private static Map<String, @Nullable Object> members(Prediction prediction) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("status", prediction.status());
        members.put("predict", prediction.predict());
        putIfKnown(members, "interval", prediction.interval());
        putIfKnown(members, "outOfRange", prediction.outOfRange());
        putIfKnown(members, "unknownCategory", prediction.unknownCategory());
        putIfKnown(members, "model", prediction.model());
        return members;
    }

    private static void putIfKnown(
            Map<String, @Nullable Object> members, String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, value);
        }
    }
}
