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
 * <p>It takes and returns a row as a map, member to value. A value is what JSON is in Java: a
 * string, a {@link Long} if it is a whole number and else a {@link Double}, a boolean, null, a list
 * or a map. After the model, it may take and return a {@link Prediction} instead.
 *
 * @param name in the definition
 * @param function called by several threads at once
 * @param takes what it is called with
 */
public record Step(String name, Function<Object, Object> function, Takes takes) {

    /** What a function is called with. */
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
     * Has all of these functions applied to the rows of a request, one after the other.
     *
     * @param rows maps or predictions
     * @param task if it is ended, the thread that runs a function is interrupted
     * @return as many, in the same order
     * @throws InvalidRowsException if a function refuses rows with an {@link
     *     IllegalArgumentException}: all of them are listed
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
