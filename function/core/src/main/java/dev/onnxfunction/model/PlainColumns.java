package dev.onnxfunction.model;

import dev.onnxfunction.card.FeatureType;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The columns of a model whose features are all doubles, or all floats, of one tensor in the same
 * order, as those of most models are. It stores several values of a row at once, which takes half
 * of the time of a {@link Column} for each. Immutable.
 */
public final class PlainColumns {

    private final double[] min;
    private final double[] max;

    private PlainColumns(List<Column> columns) {
        this.min = columns.stream().mapToDouble(Column::min).toArray();
        this.max = columns.stream().mapToDouble(Column::max).toArray();
    }

    /** Returns null for other models. */
    static @Nullable PlainColumns of(List<Column> columns) {
        for (int i = 0; i < columns.size(); i++) {
            FeatureType type = columns.get(i).feature().type();
            boolean floating = type == FeatureType.DOUBLE || type == FeatureType.FLOAT;
            if (!floating || !columns.get(i).isAt(0, i)) {
                return null;
            }
        }
        return new PlainColumns(columns);
    }

    /**
     * Stores numbers of at most eight digits, of which at most seven are decimals, in the current
     * row. A float must be the one nearest to a number, and it is the one nearest to the double
     * nearest to such a number: only in the middle between two floats that could be another one,
     * and the distance of the number from the middle is 0 or at least 2^-49 of it, too much for the
     * double to be the middle.
     *
     * @param values by column; those from {@code first} until before {@code end} count
     */
    public void put(BatchRows batch, double[] values, int first, int end) {
        batch.input(0).put(batch.currentRow(), values, first, end);
        if (!areInRange(values, first, end)) {
            for (int i = first; i < end; i++) {
                if (values[i] < min[i] || values[i] > max[i]) {
                    batch.noteOutOfRange(i);
                }
            }
        }
    }

    /** Whether all are within the range of training, without a branch for each. */
    private boolean areInRange(double[] values, int first, int end) {
        boolean in = true;
        for (int i = first; i < end; i++) {
            in &= values[i] >= min[i];
            in &= values[i] <= max[i];
        }
        return in;
    }
}
