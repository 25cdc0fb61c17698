package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Copies of labelled rows, in which features have other values within their ranges. One half of
 * them changes one feature: the range of a number is divided into equal parts, and each part has a
 * probe (the rows of an individual conditional expectation plot: A. Goldstein, A. Kapelner, J.
 * Bleich, E. Pitkin, <i>Peeking inside the black box</i>, Journal of Computational and Graphical
 * Statistics 24, 2015). The other half changes about every second feature. Rows and values are
 * random, so that the author of a model cannot know them, and further probes find further values.
 */
public final class Probes {

    /** Bounds the memory if there are many features. */
    private static final int MOST_CELLS = 4_000_000;

    /** How far beyond a range, in its widths. */
    private static final double[] BEYOND = {-1000, -1, 1, 1000};

    /** Number of probes with unknown categories, for each feature that is a text. */
    private static final int UNKNOWN = 10;

    private final Evaluation rows;

    /** The columns that were changed, by row. */
    private final List<List<Integer>> changes;

    private Probes(Evaluation rows, List<List<Integer>> changes) {
        this.rows = rows;
        this.changes = changes;
    }

    /** Probes with one changed feature each. */
    private static final class Changes {

        private final Evaluation evaluation;
        private final List<String[]> base;
        private final List<String[]> cells = new ArrayList<>();
        private final List<List<Integer>> positions = new ArrayList<>();

        Changes(Evaluation evaluation, UnseenRows unseen) {
            this.evaluation = evaluation;
            base = unseen.differentCells(evaluation);
        }

        void add(int position, String value, RandomGenerator random) {
            String[] row = base.get(random.nextInt(base.size())).clone();
            row[position] = value;
            cells.add(row);
            positions.add(List.of(position));
        }

        Probes probes() {
            return new Probes(
                    new Evaluation(evaluation.file(), evaluation.columns(), cells), positions);
        }
    }

    /**
     * Makes probes with numbers far outside their ranges.
     *
     * @param most number of probes
     */
    public static Probes beyond(
            Evaluation evaluation,
            UnseenRows unseen,
            List<Feature> ranges,
            List<Feature> others,
            int most,
            RandomGenerator random) {
        Changes changes = new Changes(evaluation, unseen);
        for (ProbedColumn column : columns(evaluation.columns(), changes.base, ranges, others)) {
            for (double widths : BEYOND) {
                String value = column.beyond(widths);
                if (!value.isEmpty() && changes.cells.size() < most) {
                    changes.add(column.position(), value, random);
                }
            }
        }
        return changes.probes();
    }

    /**
     * Makes probes with a category that nobody knows.
     *
     * @param texts the features that are texts for all models that have them
     */
    public static Probes withUnknownCategories(
            Evaluation evaluation, UnseenRows unseen, List<String> texts, RandomGenerator random) {
        Changes changes = new Changes(evaluation, unseen);
        for (String name : texts) {
            int position = evaluation.columns().indexOf(name);
            for (int i = 0; i < UNKNOWN; i++) {
                changes.add(position, Long.toHexString(random.nextLong()), random);
            }
        }
        return changes.probes();
    }

    /**
     * Makes the probes.
     *
     * @param evaluation the labelled rows, of which those that are {@code unseen} are changed
     * @param ranges the features whose ranges apply
     * @param others further features, whose ranges apply if {@code ranges} lacks them
     * @param most number of probes, less if they would have too many cells
     */
    public static Probes of(
            Evaluation evaluation,
            UnseenRows unseen,
            List<Feature> ranges,
            List<Feature> others,
            int most,
            RandomGenerator random) {
        List<String[]> base = unseen.differentCells(evaluation);
        List<ProbedColumn> columns = columns(evaluation.columns(), base, ranges, others);
        int count = Math.min(most, MOST_CELLS / evaluation.columns().size());
        int parts = Math.max(2, Math.ceilDiv(count / 2, columns.size()));
        List<String[]> cells = new ArrayList<>();
        List<List<Integer>> changes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String[] row = base.get(random.nextInt(base.size())).clone();
            List<Integer> changed = new ArrayList<>();
            if (i < count / 2) {
                ProbedColumn column = columns.get(i % columns.size());
                row[column.position()] = column.value(i / columns.size(), parts, base, random);
                changed.add(column.position());
            } else {
                for (int j = 0; j < columns.size(); j++) {
                    ProbedColumn column = columns.get(j);
                    if (j == i % columns.size() || random.nextBoolean()) {
                        row[column.position()] = column.value(base, random);
                        changed.add(column.position());
                    }
                }
            }
            changes.add(changed);
            cells.add(row);
        }
        return new Probes(new Evaluation(evaluation.file(), evaluation.columns(), cells), changes);
    }

    private static List<ProbedColumn> columns(
            List<String> names, List<String[]> base, List<Feature> ranges, List<Feature> others) {
        Map<String, List<Feature>> features = new LinkedHashMap<>();
        for (List<Feature> each : List.of(ranges, others)) {
            each.forEach(
                    feature ->
                            features.computeIfAbsent(feature.name(), _ -> new ArrayList<>())
                                    .add(feature));
        }
        return features.entrySet().stream()
                .map(each -> ProbedColumn.of(names.indexOf(each.getKey()), each.getValue(), base))
                .toList();
    }

    /**
     * The probes with the features and types of one model.
     *
     * @throws EvaluationException if the model does not take a value of another one's range
     */
    public List<JsonNode> rows(List<Feature> features) throws EvaluationException {
        return ModelRows.of(rows, features);
    }

    /** Number of probes. */
    public int size() {
        return rows.size();
    }

    /** What was changed, such as {@code RM = 8.78}. */
    public String description(int probe) {
        return changes.get(probe).stream()
                .map(
                        position ->
                                "%s = %s"
                                        .formatted(
                                                Printable.of(rows.columns().get(position)),
                                                Printable.of(rows.cells().get(probe)[position])))
                .collect(Collectors.joining(", "));
    }
}
