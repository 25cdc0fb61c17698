package dev.onnxfunction.csv;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.predict.LikelyNames;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The first record, which maps columns of the text to features. A column is a feature if its name
 * is exactly the feature's; any other column is ignored. Immutable.
 */
public final class CsvHeader {

    /**
     * A feature without a column.
     *
     * @param feature column of the model for its values
     * @param problem fault of a row that must have it
     */
    record Absent(Column feature, String problem) {}

    private final List<String> names;
    private final @Nullable Column[] features;
    private final List<Absent> absent;

    private CsvHeader(List<String> names, @Nullable Column[] features, List<Absent> absent) {
        this.names = List.copyOf(names);
        this.features = features;
        this.absent = List.copyOf(absent);
    }

    /** Names of the columns, from left to right. */
    public List<String> names() {
        return names;
    }

    /**
     * Required features without a column, each with its fault: "missing, but there is "rm"". If
     * there are any, no row can be predicted.
     */
    public Map<String, String> missing() {
        Map<String, String> missing = new HashMap<>();
        for (Absent one : absent) {
            if (!one.feature().feature().missing()) {
                missing.put(one.feature().feature().name(), one.problem());
            }
        }
        return missing;
    }

    /** For each column of the text its feature; null if it is not a feature. */
    @Nullable Column[] features() {
        return features;
    }

    List<Absent> absent() {
        return absent;
    }

    /** The header of a text without one: all features in the model's order. */
    static CsvHeader ofModel(List<Column> columns) {
        return of(columns.stream().map(column -> column.feature().name()).toList(), columns);
    }

    /**
     * A first row of values must not count as a header, so a header must name at least one feature.
     */
    void requireFeature() {
        for (@Nullable Column feature : features) {
            if (feature != null) {
                return;
            }
        }
        if (!missing().isEmpty()) {
            throw new CsvException("has no feature of the model in its header (line 1)");
        }
    }

    /**
     * A text without rows would otherwise hide that its lines were joined, as by {@code curl
     * --data @rows.csv}.
     */
    void requireFeatures() {
        for (Absent one : absent) {
            Feature feature = one.feature().feature();
            if (!feature.missing()) {
                throw new CsvException(
                        "has no rows, and no column \"" + feature.name() + "\" (line 1)");
            }
        }
    }

    /**
     * Reads the first record.
     *
     * @param columns columns of the model
     * @throws CsvException if there is none, or it is malformed or has a name twice
     */
    static CsvHeader read(Cells cells, List<Column> columns) {
        long line = cells.line();
        cells.skipByteOrderMark();
        if (cells.isEmpty()) {
            throw new CsvException("is empty, must begin with a header");
        }
        List<String> names = new ArrayList<>();
        cells.beginRecord();
        while (!cells.recordEnds()) {
            cells.next();
            names.add(cells.string());
        }
        if (cells.defect() != null) {
            throw new CsvException(cells.defect() + " (line " + line + ")");
        }
        return of(names, columns);
    }

    private static CsvHeader of(List<String> names, List<Column> columns) {
        Map<String, Column> byName = new HashMap<>();
        for (Column column : columns) {
            byName.put(column.feature().name(), column);
        }
        requireCommas(names, byName.keySet());
        @Nullable Column[] features = new Column[names.size()];
        Set<String> others = new HashSet<>();
        for (int i = 0; i < features.length; i++) {
            String name = names.get(i);
            features[i] = byName.remove(name);
            if (!others.add(name)) {
                throw new CsvException("has two columns \"" + name + "\" (line 1)");
            }
        }
        for (@Nullable Column feature : features) {
            if (feature != null) {
                others.remove(feature.feature().name());
            }
        }
        return new CsvHeader(names, features, absent(columns, byName, others));
    }

    private static void requireCommas(List<String> names, Set<String> features) {
        String first = names.getFirst();
        if (names.size() == 1 && !features.contains(first)) {
            for (String separator : List.of(";", "\t", "|")) {
                if (first.contains(separator)) {
                    throw new CsvException(
                            "has no comma but \""
                                    + separator.replace("\t", "\\t")
                                    + "\" in its header; cells must be separated by commas"
                                    + " (line 1)");
                }
            }
        }
    }

    private static List<Absent> absent(
            List<Column> columns, Map<String, Column> left, Set<String> others) {
        List<Absent> absent = new ArrayList<>();
        if (!left.isEmpty()) {
            LikelyNames likely = new LikelyNames();
            likely.begin(others);
            for (Column column : columns) {
                String name = column.feature().name();
                if (left.containsKey(name)) {
                    absent.add(new Absent(column, likely.explainMissing(name)));
                }
            }
        }
        return absent;
    }
}
