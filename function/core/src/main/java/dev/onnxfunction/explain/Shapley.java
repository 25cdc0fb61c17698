package dev.onnxfunction.explain;

import dev.onnxfunction.explain.Explanation.Method;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.model.RunException;
import dev.onnxfunction.model.Task;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Shapley values of any model, estimated by permutation sampling: Štrumbelj and Kononenko,
 * <i>Explaining prediction models and individual predictions with feature contributions</i>,
 * Knowledge and Information Systems 41 (2014).
 *
 * <p>A walk starts at a row of the background and replaces its values by those of the explained
 * row, feature by feature in a random order. The contribution of a feature is the change that it
 * causes, averaged over all walks. Each walk is followed by one in the opposite order (Mitchell,
 * Cooper, Frank and Holmes, <i>Sampling Permutations for Shapley Value Estimation</i>, Journal of
 * Machine Learning Research 23, 2022), which makes the values exact, for this background, if no
 * three features interact. The walks are the same for every row, so the same row always gets the
 * same explanation, and all rows share the base. Thread-safe.
 */
final class Shapley {

    private static final long SEED = 2014;

    private final OnnxModel model;
    private final Batch background;
    private final double[] predictions;
    private final int walks;
    private final int features;
    private final double base;

    /**
     * @param background rows, which must not change
     * @param samples number of pairs of walks, at least 1
     * @param task task that computes the base
     * @throws RunException if the model fails for the background
     */
    Shapley(OnnxModel model, Batch background, int samples, Task task) {
        this.model = model;
        this.background = background;
        this.walks = 2 * samples;
        this.features = background.columns().size();
        this.predictions =
                Evaluations.all(
                        model,
                        task,
                        background.size(),
                        (batch, row) -> batch.addRow(background, row));
        double sum = 0;
        for (int walk = 0; walk < walks; walk++) {
            sum += predictions[start(walk)];
        }
        this.base = sum / walks;
    }

    /**
     * Explains a predicted row.
     *
     * @return null if the model predicts no finite numbers between the row and the background
     * @throws RunException if the model fails between the row and the background
     */
    @Nullable Explanation explain(Batch rows, int row) {
        double[] sums = new double[features];
        double predict = rows.prediction(row);
        long mixes = (long) walks * (features - 1);
        try (Mixer mixer = new Mixer(rows, row);
                Evaluations evaluations = new Evaluations(model, rows.task(), mixes, mixer)) {
            for (int walk = 0; walk < walks; walk++) {
                int[] order = order(walk, features);
                double before = predictions[start(walk)];
                for (int step = 0; step < features - 1; step++) {
                    double after = evaluations.next();
                    sums[order[step]] += after - before;
                    before = after;
                }
                sums[order[features - 1]] += predict - before;
            }
        }
        List<Double> contributions = new ArrayList<>(features);
        for (double sum : sums) {
            contributions.add(sum / walks);
        }
        return Explanation.addsUp(predict, base, contributions, Explanation.ROUNDING)
                ? new Explanation(predict, base, contributions, Method.SHAPLEY)
                : null;
    }

    /** The background row at which a walk starts. */
    private int start(int walk) {
        return walk / 2 % background.size();
    }

    /** The order of the features in a walk. */
    private static int[] order(int walk, int features) {
        SplittableRandom random = new SplittableRandom(SEED + walk / 2);
        int[] order = new int[features];
        Arrays.setAll(order, feature -> feature);
        for (int last = features - 1; last > 0; last--) {
            swap(order, last, random.nextInt(last + 1));
        }
        if (walk % 2 == 1) {
            for (int i = 0; i < features / 2; i++) {
                swap(order, i, features - 1 - i);
            }
        }
        return order;
    }

    private static void swap(int[] order, int a, int b) {
        int kept = order[a];
        order[a] = order[b];
        order[b] = kept;
    }

    /** Creates the rows between the background and the explained row, in the order of all walks. */
    private final class Mixer implements Consumer<Batch>, AutoCloseable {

        private final Batch rows;
        private final int row;
        private final Batch mix = model.batch();
        private int[] order = {};
        private int walk = -1;
        private int step;

        Mixer(Batch rows, int row) {
            this.rows = rows;
            this.row = row;
            mix.addRow();
        }

        @Override
        public void accept(Batch batch) {
            if (walk < 0 || step == features - 1) {
                begin(walk + 1);
            }
            mix.columns().get(order[step++]).copy(mix, rows, row);
            batch.addRow(mix, 0);
        }

        private void begin(int next) {
            walk = next;
            step = 0;
            order = order(walk, features);
            for (Column column : mix.columns()) {
                column.copy(mix, background, start(walk));
            }
        }

        @Override
        public void close() {
            mix.close();
        }
    }
}
