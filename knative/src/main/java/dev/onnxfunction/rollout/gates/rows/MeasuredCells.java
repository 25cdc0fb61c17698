package dev.onnxfunction.rollout.gates.rows;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/**
 * The cells of different labelled rows, and which of their columns are measured.
 *
 * @param rows the cells of each row
 * @param columns indices of the measured columns
 */
record MeasuredCells(List<String[]> rows, List<Integer> columns) {

    /** Minimum number of different values in a column that counts as measured. */
    private static final int VALUES = 20;

    static MeasuredCells of(Evaluation evaluation, UnseenRows unseen, List<Feature> features) {
        List<String[]> rows = unseen.differentCells(evaluation);
        Set<String> others =
                features.stream()
                        .filter(feature -> !feature.isNumber() || feature.isWhole())
                        .map(Feature::name)
                        .collect(Collectors.toSet());
        List<Integer> columns =
                features.stream()
                        .map(Feature::name)
                        .distinct()
                        .filter(name -> !others.contains(name))
                        .map(evaluation.columns()::indexOf)
                        .filter(column -> isMeasured(rows, column))
                        .toList();
        return new MeasuredCells(rows, columns);
    }

    private static boolean isMeasured(List<String[]> rows, int column) {
        Set<Double> values = new HashSet<>();
        boolean hasFractions = false;
        for (String[] row : rows) {
            double value = number(row, column);
            if (Double.isFinite(value)) {
                values.add(value);
                hasFractions |= value != Math.rint(value);
            }
        }
        return hasFractions && values.size() >= Math.max(VALUES, rows.size() / 10);
    }

    private static double number(String[] row, int column) {
        return Numbers.parse(RowDigest.strip(row[column]));
    }

    /** Whether nothing is measured. */
    boolean isEmpty() {
        return columns.isEmpty();
    }

    /** Number of rows. */
    int size() {
        return rows.size();
    }

    /**
     * A copy of a row, moved toward another one.
     *
     * @param share of the way, from 0 to 1, for one column at a time
     */
    String[] moved(int row, int other, DoubleSupplier share) {
        String[] copy = rows.get(row).clone();
        for (int column : columns) {
            double part = share.getAsDouble();
            double start = number(copy, column);
            double value = start * (1 - part) + number(rows.get(other), column) * part;
            if (Double.isFinite(value)) {
                copy[column] = Double.toString(value);
            }
        }
        return copy;
    }

    /** The measured values of a row; NaN where one is missing. */
    double[] values(int row) {
        return columns.stream().mapToDouble(column -> number(rows.get(row), column)).toArray();
    }
}
