package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Rows near or between labelled rows. They differ from a labelled row in the features that are
 * measured: numbers with fractions and many different values. A number with few values may stand
 * for a category, and a value between two of them for none.
 *
 * @param rows the labelled rows
 * @param near their changed copies, at the same positions
 */
public record Neighbors(Evaluation rows, Evaluation near) {

    /** Minimum number of different values in a column that counts as measured. */
    private static final int VALUES = 20;

    /**
     * Copies on the way from each labelled row to a random other one.
     *
     * @param evaluation the labelled rows, of which those that are {@code unseen} are copied
     * @param features of both models
     * @param most number of rows
     * @param to largest share of the way, over 0, at most 1
     */
    public static Neighbors of(
            Evaluation evaluation,
            UnseenRows unseen,
            List<Feature> features,
            int most,
            double to,
            RandomGenerator random) {
        List<String[]> base = unseen.differentCells(evaluation);
        List<Integer> measured = measured(evaluation.columns(), base, features);
        List<String[]> rows = new ArrayList<>();
        List<String[]> near = new ArrayList<>();
        int count = measured.isEmpty() ? 0 : Math.min(most, base.size());
        for (int i = 0; i < count; i++) {
            String[] row = base.get((int) ((long) i * base.size() / count));
            String[] other = base.get(random.nextInt(base.size()));
            double share = random.nextDouble(to);
            String[] copy = row.clone();
            for (int column : measured) {
                double start = number(row, column);
                double value = start * (1 - share) + number(other, column) * share;
                if (Double.isFinite(value)) {
                    copy[column] = Double.toString(value);
                }
            }
            rows.add(row);
            near.add(copy);
        }
        return new Neighbors(
                new Evaluation(evaluation.file(), evaluation.columns(), rows),
                new Evaluation(evaluation.file(), evaluation.columns(), near));
    }

    private static List<Integer> measured(
            List<String> columns, List<String[]> base, List<Feature> features) {
        Set<String> others =
                features.stream()
                        .filter(feature -> !feature.isNumber() || feature.isWhole())
                        .map(Feature::name)
                        .collect(Collectors.toSet());
        return features.stream()
                .map(Feature::name)
                .distinct()
                .filter(name -> !others.contains(name))
                .map(columns::indexOf)
                .filter(column -> isMeasured(base, column))
                .toList();
    }

    private static boolean isMeasured(List<String[]> base, int column) {
        Set<Double> values = new HashSet<>();
        boolean hasFractions = false;
        for (String[] row : base) {
            double value = number(row, column);
            if (Double.isFinite(value)) {
                values.add(value);
                hasFractions |= value != Math.rint(value);
            }
        }
        return hasFractions && values.size() >= Math.max(VALUES, base.size() / 10);
    }

    private static double number(String[] row, int column) {
        return Numbers.parse(RowDigest.strip(row[column]));
    }

    /** Whether there are none, because no feature is measured. */
    public boolean isEmpty() {
        return rows.cells().isEmpty();
    }

    /** The labelled rows with the features and types of one model. */
    public List<JsonNode> rows(List<Feature> features) throws EvaluationException {
        return ModelRows.of(rows, features);
    }

    /** Their changed copies with the features and types of one model. */
    public List<JsonNode> near(List<Feature> features) throws EvaluationException {
        return ModelRows.of(near, features);
    }
}
