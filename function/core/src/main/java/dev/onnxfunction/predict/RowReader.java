package dev.onnxfunction.predict;

import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.Names;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Feature;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Reads rows from JSON straight into the memory that the model takes. All faults of all rows are
 * found before anything is predicted. Thread-safe.
 */
public final class RowReader implements BatchReader {

    private final Names names;
    private final int maxRows;
    private final int maxCells;

    /**
     * @param features of the model, in its order
     * @param maxRows of one body, at least 1
     * @param maxCells rows times features of one body, at least 1; one row is always taken
     */
    public RowReader(List<Feature> features, int maxRows, int maxCells) {
        this.names = new Names(features.stream().map(Feature::name).toList());
        this.maxRows = maxRows;
        this.maxCells = maxCells;
    }

    /**
     * Reads an array of rows that is part of a larger text.
     *
     * @param json whose next value is the array, of which the end is the last that is read
     * @param order what the values of a row are that is a list; null where rows must be objects
     * @throws RuntimeException as {@link #read}
     */
    public void readArray(JsonReader json, Batch batch, @Nullable RowOrder order) {
        new RowParser(json, names, batch, maxRows, maxCells).parseArray(order);
    }

    /**
     * Reads an object, feature name to the list of its values, that is part of a larger text.
     *
     * @param json that has just begun the object, of which the end is the last that is read
     * @throws RuntimeException as {@link #read}
     */
    public void readColumns(JsonReader json, Batch batch) {
        new ColumnParser(json, names, batch, maxRows, maxCells).parse();
    }

    @Override
    public boolean read(byte[] body, int length, Batch batch) {
        return new RowParser(new JsonReader(body, length), names, batch, maxRows, maxCells).parse();
    }
}
