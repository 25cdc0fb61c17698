package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Rows near or between labelled rows. They differ from a labelled row in the features that are
 * measured: numbers with fractions and many different values. A number with few values may stand
 * for a category, and a value between two of them for none.
 */
public final class Neighbors {

    private final Evaluation rows;
    private final List<Integer> origins;

    private Neighbors(Evaluation rows, List<Integer> origins) {
        this.rows = rows;
        this.origins = origins;
    }

    /**
     * Copies on the way from each labelled row to a random other one.
     *
     * @param evaluation the labelled rows, of which those that are {@code unseen} are copied
     * @param features of both models
     * @param most number of rows
     * @param to largest share of the way, over 0, at most 1
     */
    public static Neighbors between(
            Evaluation evaluation,
            UnseenRows unseen,
            List<Feature> features,
            int most,
            double to,
            RandomGenerator random) {
        MeasuredCells cells = MeasuredCells.of(evaluation, unseen, features);
        int count = cells.isEmpty() ? 0 : Math.min(most, cells.size());
        List<String[]> rows = new ArrayList<>();
        List<Integer> origins = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int row = (int) ((long) i * cells.size() / count);
            double share = random.nextDouble(to);
            rows.add(cells.moved(row, random.nextInt(cells.size()), () -> share));
            origins.add(row);
        }
        return new Neighbors(
                new Evaluation(evaluation.file(), evaluation.columns(), rows), origins);
    }

    /**
     * Copies on the way from labelled rows to the nearest others. Each feature goes its own share
     * of the way, so that the copies do not lie on lines that are known in advance.
     *
     * @param count number of rows
     * @param from smallest share of the way, at least 0
     * @param to largest share of the way, at most 1
     */
    public static Neighbors toNearest(
            Evaluation evaluation,
            UnseenRows unseen,
            List<Feature> features,
            int count,
            double from,
            double to,
            RandomGenerator random) {
        MeasuredCells cells = MeasuredCells.of(evaluation, unseen, features);
        List<String[]> rows = new ArrayList<>();
        List<Integer> origins = new ArrayList<>();
        NearestRows nearest = new NearestRows(cells, random);
        for (int i = 0; i < count && !cells.isEmpty(); i++) {
            int row =
                    cells.size() < count
                            ? i % cells.size()
                            : (int) ((long) i * cells.size() / count);
            int other = nearest.of(row, i / cells.size());
            rows.add(cells.moved(row, other, () -> random.nextDouble(from, to)));
            origins.add(row);
        }
        return new Neighbors(
                new Evaluation(evaluation.file(), evaluation.columns(), rows), origins);
    }

    /** Whether there are none, because no feature is measured. */
    public boolean isEmpty() {
        return origins.isEmpty();
    }

    /** For each copy, the index of the different labelled row that it was made from. */
    public List<Integer> origins() {
        return List.copyOf(origins);
    }

    /** The copies with the features and types of one model. */
    public List<JsonNode> rows(List<Feature> features) throws EvaluationException {
        return ModelRows.of(rows, features);
    }
}
