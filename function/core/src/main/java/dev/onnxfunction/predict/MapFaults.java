package dev.onnxfunction.predict;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the faults of rows given as maps, one row after the other. */
final class MapFaults {

    private final List<Feature> features;
    private final Faults faults = new Faults();
    private final LikelyNames likely = new LikelyNames();

    /** The row that is searched for likely names. */
    private int likelyRow = -1;

    MapFaults(List<Feature> features) {
        this.features = features;
    }

    void add(
            int row, Map<String, ? extends @Nullable Object> members, String name, String problem) {
        if (!problem.equals(Column.MISSING) || !faults.isListing()) {
            faults.add(row, name, problem);
            return;
        }
        if (likelyRow != row) {
            likelyRow = row;
            Set<String> others = new LinkedHashSet<>(members.keySet());
            features.forEach(feature -> others.remove(feature.name()));
            likely.begin(others);
        }
        faults.add(row, name, likely.explainMissing(name));
    }

    Faults all() {
        return faults;
    }
}
