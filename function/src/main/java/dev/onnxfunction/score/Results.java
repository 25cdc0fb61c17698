package dev.onnxfunction.score;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;

import java.util.ArrayList;
import java.util.List;

/** Writes the predictions of the output. Thread-safe. */
final class Results {

    private static final String OUT_OF_RANGE = "outOfRange";
    private static final String UNKNOWN_CATEGORY = "unknownCategory";

    /** Separator of feature names in one cell. */
    private static final String SEPARATOR = ";";

    private final boolean interval;
    private final List<String> features;
    private final List<String> names;

    Results(OnnxModel model) {
        this.interval = model.hasInterval();
        this.features = model.features().stream().map(Feature::name).toList();
        List<String> all = new ArrayList<>(List.of("predict"));
        if (interval) {
            all.addAll(List.of("lower", "upper"));
        }
        all.addAll(List.of(OUT_OF_RANGE, UNKNOWN_CATEGORY));
        this.names = List.copyOf(all);
    }

    /** Names of the columns. */
    List<String> names() {
        return names;
    }

    /** Writes cells of CSV, always the same number. */
    void appendCells(Batch batch, int row, JsonWriter out) {
        out.append(batch.prediction(row)).append(',');
        if (interval) {
            out.append(batch.lower(row)).append(',');
            out.append(batch.upper(row)).append(',');
        }
        appendCell(outOfRange(batch, row), out);
        out.append(',');
        appendCell(unknownCategory(batch, row), out);
    }

    private static void appendCell(List<String> names, JsonWriter out) {
        if (!names.isEmpty()) {
            CsvCell.append(String.join(SEPARATOR, names), out);
        }
    }

    /** Writes members of JSON; omits the last two if there are no warnings. */
    void appendMembers(Batch batch, int row, JsonWriter out) {
        out.append("\"predict\":").append(batch.prediction(row));
        if (interval) {
            out.append(",\"lower\":").append(batch.lower(row));
            out.append(",\"upper\":").append(batch.upper(row));
        }
        appendMember(OUT_OF_RANGE, outOfRange(batch, row), out);
        appendMember(UNKNOWN_CATEGORY, unknownCategory(batch, row), out);
    }

    private static void appendMember(String name, List<String> names, JsonWriter out) {
        if (names.isEmpty()) {
            return;
        }
        out.append(",\"").append(name).append("\":");
        char separator = '[';
        for (String feature : names) {
            out.append(separator).appendString(feature);
            separator = ',';
        }
        out.append(']');
    }

    private List<String> outOfRange(Batch batch, int row) {
        int column = batch.nextOutOfRange(row, 0);
        if (column < 0) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        for (; column >= 0; column = batch.nextOutOfRange(row, column + 1)) {
            found.add(features.get(column));
        }
        return found;
    }

    private List<String> unknownCategory(Batch batch, int row) {
        int column = batch.nextUnknownCategory(row, 0);
        if (column < 0) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        for (; column >= 0; column = batch.nextUnknownCategory(row, column + 1)) {
            found.add(features.get(column));
        }
        return found;
    }
}
