package dev.onnxfunction.rollout.gates.rows;

import org.jspecify.annotations.Nullable;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;

/**
 * Labelled rows, as the text of their cells.
 *
 * @param file the source of the rows, for messages
 * @param columns their names, all different
 * @param cells of each row, one for each column; at least one row
 */
public record Evaluation(String file, List<String> columns, List<String[]> cells) {

    /**
     * Checks what needs no model.
     *
     * @param leastRows how many rows there have to be
     * @param target the column that is predicted; null if it is not yet known
     * @param groups columns that form groups
     * @throws EvaluationException if there are too few rows, or a column is missing or not a number
     */
    public void check(int leastRows, @Nullable String target, List<String> groups)
            throws EvaluationException {
        if (cells.size() < leastRows) {
            throw new EvaluationException(
                    "%s has %d rows, but at least %d are needed. Give more rows, or lower --min-rows."
                            .formatted(file, cells.size(), leastRows));
        }
        if (target != null) {
            truth(target);
        }
        for (String group : groups) {
            position(group, "Name columns of the file with --groups.");
        }
    }

    /** Number of rows. */
    public int size() {
        return cells.size();
    }

    /**
     * The cells of a column.
     *
     * @throws EvaluationException if there is no such column
     */
    public List<String> column(String name) throws EvaluationException {
        int column = position(name, "");
        return new AbstractList<>() {
            @Override
            public String get(int row) {
                return cells.get(row)[column];
            }

            @Override
            public int size() {
                return cells.size();
            }
        };
    }

    /**
     * The index of a column.
     *
     * @param remedy what to do if there is none, in a sentence; may be empty
     * @throws EvaluationException if there is no such column
     */
    int position(String name, String remedy) throws EvaluationException {
        int position = columns.indexOf(name);
        if (position < 0) {
            throw new EvaluationException(
                    "%s has no column '%s', but %s. %s"
                            .formatted(file, name, String.join(", ", columns), remedy)
                            .strip());
        }
        return position;
    }

    /**
     * The true values.
     *
     * @throws EvaluationException if there is no such column, or a cell of it is not a number
     */
    public double[] truth(String target) throws EvaluationException {
        int column = position(target, "Add the true values, or name their column with --target.");
        double[] values = new double[cells.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Numbers.parse(RowDigest.strip(cells.get(i)[column]));
            if (!Double.isFinite(values[i])) {
                throw invalidCell(
                        i, column, "is not a number", "Leave rows without a true value out.");
            }
        }
        return values;
    }

    /**
     * The failure to use a cell.
     *
     * @param problem what the cell is, such as "is not a number"
     * @param remedy what to do, in a sentence
     */
    EvaluationException invalidCell(int row, int column, String problem, String remedy) {
        return new EvaluationException(
                "%s, row %d, column '%s': '%s' %s. %s"
                        .formatted(
                                file,
                                row + 1,
                                Printable.of(columns.get(column)),
                                Printable.of(cells.get(row)[column]),
                                problem,
                                remedy));
    }

    /**
     * The digests of all rows over some columns.
     *
     * @param names sorted by their bytes in UTF-8
     * @throws EvaluationException if a column is missing
     */
    RowDigest[] digests(List<String> names) throws EvaluationException {
        int[] positions = new int[names.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] =
                    position(
                            names.get(i),
                            "A model's fingerprint of its training rows covers this column, so"
                                    + " without it nothing shows which rows the model has not seen."
                                    + " Add the column.");
        }
        RowDigest[] digests = new RowDigest[cells.size()];
        for (int row = 0; row < digests.length; row++) {
            String[] line = cells.get(row);
            digests[row] =
                    RowDigest.of(names, Arrays.stream(positions).mapToObj(i -> line[i]).toList());
        }
        return digests;
    }
}
