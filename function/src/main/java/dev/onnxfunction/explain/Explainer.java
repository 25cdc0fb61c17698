package dev.onnxfunction.explain;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.model.RunException;
import dev.onnxfunction.predict.Faults;
import dev.onnxfunction.predict.PredictionException;

import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;

import java.util.ArrayList;
import java.util.List;

/**
 * Explains the predictions of a model: exactly against the training means where it is linear, else
 * by Shapley values over the background in its card. Thread-safe.
 */
public final class Explainer {

    private final @Nullable LinearModel linear;
    private final SingletonSupplier<Shapley> shapley;

    /**
     * Asks the model, in a call or two, whether it is linear.
     *
     * @param samples rows of the background that a row is compared with, 1 or more
     */
    public Explainer(OnnxModel model, int samples) {
        this.linear = LinearModel.of(model);
        this.shapley = SingletonSupplier.of(() -> over(model, samples));
    }

    /**
     * Explains each row of a batch that is predicted, which is left as it is.
     *
     * @throws NoBackgroundException if there is nothing to compare a row with
     * @throws PredictionException if the model fails between a row and the background: all such
     *     rows are told
     */
    public List<Explanation> explain(Batch rows) {
        List<Explanation> explanations = new ArrayList<>(rows.size());
        Faults faults = new Faults();
        for (int row = 0; row < rows.size(); row++) {
            Explanation explanation = linear == null ? null : linear.explain(rows, row);
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
            Explanation explanation = shapley.obtain().explain(rows, row);
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

    private static Shapley over(OnnxModel model, int samples) {
        Batch background = BackgroundReader.read(model);
        try {
            return new Shapley(model, background, samples);
        } catch (RunException e) {
            background.close();
            throw e;
        }
    }
}
