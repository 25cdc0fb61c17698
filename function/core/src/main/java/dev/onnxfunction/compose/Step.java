package dev.onnxfunction.compose;

import dev.onnxfunction.predict.Prediction;

import java.util.Map;
import java.util.function.Function;

/**
 * A user's function, before or after the model.
 *
 * <p>It takes and returns a row as a map, member to value. Values are JSON values in Java: a
 * string, a {@link Long} for a whole number, otherwise a {@link Double}, a boolean, null, a list or
 * a map. After the model, it may take and return a {@link Prediction} instead.
 *
 * @param name name in the definition
 * @param function function that several threads call at once
 * @param takes argument of the function
 */
public record Step(String name, Function<Object, Object> function, Takes takes) {

    /** The argument of a function. */
    public enum Takes {
        /** Each row alone, a {@link Map}. */
        ROW,
        /** A list of all rows of the request. */
        ROWS,
        /** Each {@link Prediction} alone. */
        PREDICTION,
        /** A list of all predictions of the request. */
        PREDICTIONS;

        /** Whether the function takes all rows or predictions of a request at once. */
        public boolean isList() {
            return this == ROWS || this == PREDICTIONS;
        }

        /** Whether rows are maps. */
        public boolean isRows() {
            return this == ROW || this == ROWS;
        }
    }
}
