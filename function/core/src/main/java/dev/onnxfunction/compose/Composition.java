package dev.onnxfunction.compose;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.BatchWriter;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.PredictionWriter;
import dev.onnxfunction.predict.RowReader;

import java.util.List;

/**
 * What rows go through: functions before the model, the model, functions after it.
 *
 * <p>Without functions before the model, rows are read straight into the memory that the model
 * takes; without functions after it, predictions are written straight from there.
 *
 * @param definition as it is set, such as {@code enrich|predict}
 * @param before take rows and return rows, one after the other
 * @param after take predictions and return whatever is answered
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

    /** Whether there is a function beside the model. */
    public boolean hasFunctions() {
        return !before.isEmpty() || !after.isEmpty();
    }

    /**
     * Reads the rows of requests, and has the functions before the model applied to them.
     *
     * @param maxRows of one body, at least 1
     * @param maxCells rows times features of one body, at least 1; one row is always taken
     */
    public BatchReader reader(OnnxModel model, Predict predict, int maxRows, int maxCells) {
        return before.isEmpty()
                ? new RowReader(model.features(), maxRows, maxCells)
                : new ComposedReader(
                        predict, before, new MapReader(model.features().size(), maxRows, maxCells));
    }

    /** Has the functions after the model applied to predictions, and writes what they return. */
    public BatchWriter writer(OnnxModel model, Predict predict) {
        return after.isEmpty() ? new PredictionWriter(model) : new ComposedWriter(predict, after);
    }
}
