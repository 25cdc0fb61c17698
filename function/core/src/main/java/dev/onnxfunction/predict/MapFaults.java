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
    private @Nullable LikelyNames likely;

    /** The row that is searched for likely names. */
    private int likelyRow = -1;

    MapFaults(List<Feature> features) {
        this.features = features;
    }

    void addNull(int row) {
        faults.add(row, null, "is null, must be an object");
    }

    void add(
            int row, Map<String, ? extends @Nullable Object> members, String name, String problem) {
        if (!problem.equals(Column.MISSING) || !faults.isListing()) {
            faults.add(row, name, problem);
            return;
        }
        faults.add(row, name, likelyNames(row, members).explainMissing(name));
    }

    private LikelyNames likelyNames(int row, Map<String, ? extends @Nullable Object> members) {
        LikelyNames names = likely == null ? new LikelyNames() : likely;
        if (likelyRow != row) {
            likelyRow = row;
            Set<String> others = new LinkedHashSet<>(members.keySet());
            features.forEach(feature -> others.remove(feature.name()));
            names.begin(others);
        }
        likely = names;
        return names;
    }

    void throwIfAny() {
        if (!faults.isEmpty()) {
            throw new InvalidRowsException(faults);
        }
    }
}
