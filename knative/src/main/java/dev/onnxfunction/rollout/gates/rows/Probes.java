package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies of labelled rows, in each of which one feature has another value within its range. For
 * each number, the values are spread evenly from one end of its range to the other, so that a
 * prediction that goes wrong in a part of the range is found (the rows of an individual conditional
 * expectation plot: A. Goldstein, A. Kapelner, J. Bleich, E. Pitkin, <i>Peeking inside the black
 * box</i>, Journal of Computational and Graphical Statistics 24, 2015). No random numbers: the same
 * rows have the same probes.
 */
public final class Probes {

    private static final int MOST = 2000;

    /** Bounds the memory if there are many features. */
    private static final int MOST_CELLS = 2_000_000;

    private final Evaluation rows;
    private final List<String> descriptions;

    private Probes(Evaluation rows, List<String> descriptions) {
        this.rows = rows;
        this.descriptions = descriptions;
    }

    /**
     * Makes the probes.
     *
     * @param evaluation the labelled rows, of which those that are {@code unseen} are changed
     * @param ranges the features whose ranges apply
     * @param others further features, whose ranges apply if {@code ranges} lacks them
     */
    public static Probes of(
            Evaluation evaluation, UnseenRows unseen, List<Feature> ranges, List<Feature> others) {
        List<String[]> base = new ArrayList<>();
        for (int row : unseen.firstRows()) {
            base.add(evaluation.cells().get(row));
        }
        Map<String, List<Feature>> features = new LinkedHashMap<>();
        for (List<Feature> each : List.of(ranges, others)) {
            each.forEach(
                    feature ->
                            features.computeIfAbsent(feature.name(), _ -> new ArrayList<>())
                                    .add(feature));
        }
        List<ProbedColumn> columns =
                features.entrySet().stream()
                        .map(
                                each ->
                                        ProbedColumn.of(
                                                evaluation.columns().indexOf(each.getKey()),
                                                each.getValue(),
                                                base))
                        .toList();
        int count = Math.min(MOST, MOST_CELLS / evaluation.columns().size());
        int values = Math.max(2, Math.ceilDiv(count, columns.size()));
        List<String[]> cells = new ArrayList<>();
        List<String> descriptions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ProbedColumn column = columns.get(i % columns.size());
            int turn = i / columns.size();
            String[] row = base.get(turn % base.size()).clone();
            row[column.position()] = column.value(turn, values, base);
            cells.add(row);
            descriptions.add(
                    "%s = %s"
                            .formatted(
                                    Printable.of(evaluation.columns().get(column.position())),
                                    Printable.of(row[column.position()])));
        }
        return new Probes(
                new Evaluation(evaluation.file(), evaluation.columns(), cells), descriptions);
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
        return descriptions.size();
    }

    /** What was changed, such as {@code RM = 8.78}. */
    public String description(int probe) {
        return descriptions.get(probe);
    }
}
