package dev.onnxfunction.explain;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.EndedException;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.model.RunException;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.predict.PredictionException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Explains the predictions of a model: exactly, against the training means, if it is linear;
 * otherwise by Shapley values over the background in its card. Thread-safe.
 */
public final class Explainer {

    private final OnnxModel model;
    private final int samples;
    private @Nullable LinearModel linear;
    private @Nullable Shapley shapley;
    private boolean probed;

    /**
     * @param samples number of background rows that each row is compared with, at least 1
     */
    public Explainer(OnnxModel model, int samples) {
        this.model = model;
        this.samples = samples;
    }

    /**
     * Explains each row of a predicted batch, which does not change.
     *
     * @throws EndedException if the batch's task was ended
     * @throws NoBackgroundException if there is no background to compare a row with
     * @throws PredictionException if the model fails between a row and the background; it lists all
     *     such rows
     */
    public List<Explanation> explain(Batch rows) {
        List<Explanation> explanations = new ArrayList<>(rows.size());
        Faults faults = new Faults();
        for (int row = 0; row < rows.size(); row++) {
            LinearModel weights = linear(rows.task());
            Explanation explanation = weights == null ? null : weights.explain(rows, row);
            if (explanation == null) {
                explanation = compare(rows, row, faults);
            }
            if (explanation != null) {
                explanations.add(explanation);
            }
        }
        if (!faults.isEmpty()) {
            throw new PredictionException(faults, null);
        }
        return explanations;
    }

    private @Nullable Explanation compare(Batch rows, int row, Faults faults) {
        try {
            Explanation explanation = shapley(rows.task()).explain(rows, row);
            if (explanation == null) {
                faults.add(
                        row,
                        null,
                        "the model predicts no finite number for it mixed with the background");
            }
            return explanation;
        } catch (RunException e) {
            faults.add(
                    row,
                    null,
                    "the model fails for it mixed with the background: " + e.getMessage());
            return null;
        }
    }

    /** Tests in one or two calls whether the model is linear, until the result is known. */
    private synchronized @Nullable LinearModel linear(Task task) {
        if (!probed) {
            linear = LinearProbe.weights(model, task);
            probed = true;
        }
        return linear;
    }

    private synchronized Shapley shapley(Task task) {
        if (shapley == null) {
            shapley = over(BackgroundReader.read(model), task);
        }
        return shapley;
    }

    private Shapley over(Batch background, Task task) {
        try {
            return new Shapley(model, background, samples, task);
        } catch (RunException | EndedException e) {
            background.close();
            throw e;
        }
    }
}
