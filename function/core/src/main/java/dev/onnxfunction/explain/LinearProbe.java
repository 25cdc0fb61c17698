package dev.onnxfunction.explain;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.model.RunException;
import dev.onnxfunction.model.Task;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Determines the weights of a model from its predictions for a reference near the training means,
 * for rows that differ from it in one feature, and for random rows.
 */
final class LinearProbe {

    /** Number of random rows that the weights must predict. */
    static final int PROBES = 64;

    private static final long SEED = 1978;

    /** Relative errors of a prediction that rounding explains: in float64, in float32. */
    private static final double[] TOLERANCES = {1e-9, Explanation.ROUNDING};

    private final OnnxModel model;
    private final List<Feature> features;
    private final List<double[]> rows = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(SEED);

    /** Whether a range of the card has values that the graph does not take. */
    private boolean refused;

    private LinearProbe(OnnxModel model) {
        this.model = model;
        this.features = model.features();
    }

    /** Returns the model's weights; null if it is not linear, or the card has no ranges. */
    static @Nullable LinearModel weights(OnnxModel model, Task task) {
        ModelCard card = model.card();
        if (card == null || !card.features().stream().allMatch(LinearProbe::hasRange)) {
            return null;
        }
        try {
            return new LinearProbe(model).run(task);
        } catch (RunException e) {
            return null; // It fails for rows for which a linear model would not.
        }
    }

    private static boolean hasRange(Feature feature) {
        return feature.mean() != null && feature.min() != null && feature.max() != null;
    }

    private @Nullable LinearModel run(Task task) {
        double[] reference = new double[features.size()];
        for (int i = 0; i < reference.length; i++) {
            reference[i] = features.get(i).type().nearest(known(features.get(i).mean()));
        }
        rows.add(reference);
        for (int i = 0; i < reference.length; i++) {
            double[] moved = reference.clone();
            moved[i] = farEnd(features.get(i), reference[i]);
            rows.add(moved);
        }
        for (int i = 0; i < PROBES; i++) {
            rows.add(drawn(i % 2 == 0));
        }
        return conclude(Evaluations.all(model, task, rows.size(), this::add));
    }

    private static double farEnd(Feature feature, double reference) {
        double min = known(feature.min());
        double max = known(feature.max());
        double end = feature.type().nearest(reference - min > max - reference ? min : max);
        if (end != reference) {
            return end;
        }
        return feature.type() == FeatureType.BOOL ? 1 - end : feature.type().nearest(end + 1);
    }

    private double[] drawn(boolean atEnds) {
        double[] row = new double[features.size()];
        for (int i = 0; i < row.length; i++) {
            double share = atEnds ? random.nextInt(2) : random.nextDouble();
            Feature feature = features.get(i);
            double min = known(feature.min());
            row[i] = feature.type().nearest(min + share * (known(feature.max()) - min));
        }
        return row;
    }

    private void add(Batch batch, int index) {
        double[] row = rows.get(index);
        batch.addRow();
        for (int i = 0; i < row.length; i++) {
            Column column = batch.columns().get(i);
            String problem =
                    column.feature().type() == FeatureType.BOOL
                            ? column.put(batch, row[i] != 0)
                            : column.put(batch, row[i]);
            refused |= problem != null;
        }
    }

    private @Nullable LinearModel conclude(double[] predictions) {
        double[] reference = rows.getFirst();
        double[] weights = new double[reference.length];
        for (int i = 0; i < weights.length; i++) {
            double change = predictions[i + 1] - predictions[0];
            weights[i] = change / (rows.get(i + 1)[i] - reference[i]);
        }
        double spread = 0;
        double error = 0;
        for (int i = 0; i < predictions.length; i++) {
            double expected = predictions[0] + change(weights, reference, rows.get(i));
            spread = Math.max(spread, Math.abs(predictions[i] - predictions[0]));
            error = Math.max(error, Math.abs(predictions[i] - expected));
        }
        double[] means = features.stream().mapToDouble(f -> known(f.mean())).toArray();
        double base = predictions[0] + change(weights, reference, means);
        for (double tolerance : TOLERANCES) {
            if (!refused && error <= tolerance * spread) {
                return new LinearModel(weights, means, base, tolerance);
            }
        }
        return null;
    }

    private static double change(double[] weights, double[] from, double[] to) {
        double change = 0;
        for (int i = 0; i < weights.length; i++) {
            change += weights[i] * (to[i] - from[i]);
        }
        return change;
    }

    private static double known(@Nullable Double value) {
        if (value == null) {
            throw new IllegalStateException("The range has not been checked.");
        }
        return value;
    }
}
