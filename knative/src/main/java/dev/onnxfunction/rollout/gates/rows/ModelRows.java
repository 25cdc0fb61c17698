package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.AbstractList;
import java.util.List;

/**
 * The rows of an evaluation with the features and types of one model. Each is converted when it is
 * read, so that rows of two models do not take memory at the same time.
 */
public final class ModelRows extends AbstractList<JsonNode> {

    private final Evaluation evaluation;
    private final List<Feature> features;

    /** The column of each feature. */
    private final int[] positions;

    private ModelRows(Evaluation evaluation, List<Feature> features, int[] positions) {
        this.evaluation = evaluation;
        this.features = features;
        this.positions = positions;
    }

    /**
     * Checks all rows.
     *
     * @throws EvaluationException if a column is missing or a cell is not of its feature's type
     */
    public static ModelRows of(Evaluation evaluation, List<Feature> features)
            throws EvaluationException {
        int[] positions = new int[features.size()];
        for (int i = 0; i < positions.length; i++) {
            Feature feature = features.get(i);
            positions[i] = evaluation.position(feature.name(), remedy(feature));
        }
        ModelRows rows = new ModelRows(evaluation, features, positions);
        rows.check();
        return rows;
    }

    /** Without such a column, a model that takes it would predict worse than it does for users. */
    private static String remedy(Feature feature) {
        return feature.mayBeMissing()
                ? "The model takes it. Add the column, with empty cells where it is missing."
                : "The model needs it.";
    }

    private void check() throws EvaluationException {
        for (int row = 0; row < size(); row++) {
            for (int i = 0; i < positions.length; i++) {
                check(row, positions[i], features.get(i));
            }
        }
    }

    private void check(int row, int column, Feature feature) throws EvaluationException {
        try {
            feature.value(evaluation.cells().get(row)[column]);
        } catch (IllegalArgumentException e) {
            throw evaluation.invalidCell(
                    row,
                    column,
                    String.valueOf(e.getMessage()),
                    "Correct the cell or leave the row out.");
        }
    }

    @Override
    public JsonNode get(int index) {
        String[] cells = evaluation.cells().get(index);
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < positions.length; i++) {
            JsonNode value = features.get(i).value(cells[positions[i]]);
            if (!value.isMissingNode()) {
                row.set(features.get(i).name(), value);
            }
        }
        return row;
    }

    @Override
    public int size() {
        return evaluation.size();
    }
}
