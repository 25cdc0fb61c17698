package dev.onnxfunction.predict;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;

import java.util.Collection;

/** The features that a body with the values of each feature together does not have. */
public final class MissingColumns {

    private MissingColumns() {}

    /**
     * Adds a missing value for each row and feature that is not given, or its fault.
     *
     * @param batch with all rows
     * @param given for each feature whether the body has its values
     * @param others names in the body that are not features
     */
    public static void add(Batch batch, boolean[] given, Collection<String> others, Faults faults) {
        LikelyNames likely = new LikelyNames();
        likely.begin(others);
        for (int i = 0; i < given.length; i++) {
            if (!given[i]) {
                add(batch, batch.columns().get(i), likely, faults);
            }
        }
    }

    private static void add(Batch batch, Column column, LikelyNames likely, Faults faults) {
        String name = column.feature().name();
        for (int row = 0; row < batch.size(); row++) {
            batch.goTo(row);
            if (column.putMissing(batch, true) != null) {
                faults.add(
                        row,
                        name,
                        faults.isListing() ? likely.explainMissing(name) : Column.MISSING);
            }
        }
    }
}
