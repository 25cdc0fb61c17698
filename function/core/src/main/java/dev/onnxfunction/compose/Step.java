package dev.onnxfunction.compose;

import dev.onnxfunction.model.EndedException;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.Prediction;

import java.util.List;
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

        public boolean isList() {
            return this == ROWS || this == PREDICTIONS;
        }

        /** Whether rows are maps. */
        public boolean isRows() {
            return this == ROW || this == ROWS;
        }
    }

    /**
     * Applies all functions to the rows of a request, in order.
     *
     * @param rows maps or predictions
     * @param task task of the request; when it is ended, the thread of the function is interrupted
     * @return one result for each row, in the same order
     * @throws InvalidRowsException if a function refuses rows with an {@link
     *     IllegalArgumentException}; it lists all of them
     * @throws FunctionException if a function fails for rows in any other way
     * @throws EndedException if the task was ended
     */
    static List<Object> applyAll(List<Step> steps, List<Object> rows, Task task) {
        List<Object> results = rows;
        for (Step step : steps) {
            results = new StepCall(step, task).apply(results);
        }
        return results;
    }
}
