package dev.onnxfunction.compose;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.BatchWriter;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.PredictionWriter;
import dev.onnxfunction.predict.RowLimit;
import dev.onnxfunction.predict.RowReader;

import java.util.List;

/**
 * The steps that rows pass through: functions before the model, the model, functions after it.
 *
 * <p>Without functions before the model, rows are read directly into the model's input memory;
 * without functions after it, predictions are written directly from the model's output.
 *
 * @param definition the setting, such as {@code enrich|predict}
 * @param before functions from rows to rows, in order
 * @param after functions from predictions to the response, in order
 */
public record Composition(String definition, List<Step> before, List<Step> after) {

    /** The name of the model's function in a definition. */
    public static final String MODEL = "predict";

    /** The model alone. */
    public static final Composition PREDICT = new Composition(MODEL, List.of(), List.of());

    public Composition {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /** Whether there is any function other than the model. */
    public boolean hasFunctions() {
        return !before.isEmpty() || !after.isEmpty();
    }

    /**
     * Returns a reader that applies the functions before the model to the rows of requests.
     *
     * @param maxRows maximum rows of a body, at least 1
     * @param maxCells maximum rows times features of a body, at least 1; one row is always accepted
     */
    public BatchReader reader(OnnxModel model, Predict predict, int maxRows, int maxCells) {
        return before.isEmpty()
                ? new RowReader(model.features(), maxRows, maxCells)
                : new ComposedReader(
                        predict,
                        before,
                        new MapReader(new RowLimit(maxRows, maxCells, model.features().size())));
    }

    /** Returns a writer that applies the functions after the model to predictions. */
    public BatchWriter writer(OnnxModel model, Predict predict) {
        return after.isEmpty() ? new PredictionWriter(model) : new ComposedWriter(predict, after);
    }
}
