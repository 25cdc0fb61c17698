package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/** Rows as users send them, without checking them against the model. */
public final class UserRows {

    private UserRows() {}

    /**
     * All columns of the rows: a cell with its feature's type if it has that type, otherwise as
     * text; empty cells are left out.
     *
     * @param features those that are known
     * @return rows as JSON
     */
    public static List<String> of(Evaluation evaluation, List<Feature> features) {
        List<String> rows = new ArrayList<>();
        for (String[] cells : evaluation.cells()) {
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            for (int i = 0; i < cells.length; i++) {
                if (!cells[i].isBlank()) {
                    String column = evaluation.columns().get(i);
                    row.set(column, value(cells[i], column, features));
                }
            }
            rows.add(row.toString());
        }
        return rows;
    }

    private static JsonNode value(String cell, String column, List<Feature> features) {
        for (Feature feature : features) {
            if (feature.name().equals(column)) {
                try {
                    return feature.value(cell);
                } catch (IllegalArgumentException e) {
                    return JsonNodeFactory.instance.textNode(cell);
                }
            }
        }
        double number = Numbers.parse(RowDigest.strip(cell));
        return Double.isFinite(number)
                ? JsonNodeFactory.instance.numberNode(number)
                : JsonNodeFactory.instance.textNode(cell);
    }
}
