package dev.onnxfunction.compose;

import dev.onnxfunction.predict.Prediction;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
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
