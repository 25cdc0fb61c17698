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

    /** The column of each feature; −1 for one that may be missing and has none. */
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
            positions[i] =
                    feature.mayBeMissing() && !evaluation.columns().contains(feature.name())
                            ? -1
                            : evaluation.position(feature.name(), "The model needs it.");
        }
        ModelRows rows = new ModelRows(evaluation, features, positions);
        rows.check();
        return rows;
    }

    private void check() throws EvaluationException {
        for (int row = 0; row < size(); row++) {
            for (int i = 0; i < positions.length; i++) {
                if (positions[i] >= 0) {
                    check(row, positions[i], features.get(i));
                }
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
            JsonNode value = positions[i] < 0 ? null : features.get(i).value(cells[positions[i]]);
            if (value != null && !value.isMissingNode()) {
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
