package dev.onnxfunction.predict;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.Names;
import dev.onnxfunction.model.Batch;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Reads JSON rows directly into the model's input memory. Finds all faults of all rows before
 * anything is predicted. Thread-safe.
 */
public final class RowReader implements BatchReader {

    private final Names names;
    private final RowLimit limit;

    /**
     * @param features the model's features, in its order
     * @param maxRows maximum rows of a body, at least 1
     * @param maxCells maximum rows times features of a body, at least 1; one row is always accepted
     */
    public RowReader(List<Feature> features, int maxRows, int maxCells) {
        this.names = new Names(features.stream().map(Feature::name).toList());
        this.limit = new RowLimit(maxRows, maxCells, features.size());
    }

    /**
     * Reads an array of rows that is part of a larger text.
     *
     * @param json reader whose next value is the array; reading stops at the end of the array
     * @param order order of values in rows that are lists; null if rows must be objects
     * @throws RuntimeException as {@link #read}
     */
    public void readArray(JsonReader json, Batch batch, @Nullable RowOrder order) {
        new RowParser(json, names, batch, limit).parseArray(order);
    }

    /**
     * Reads an object that maps feature names to lists of values and is part of a larger text.
     *
     * @param json reader that has just opened the object; reading stops at the end of the object
     * @throws RuntimeException as {@link #read}
     */
    public void readColumns(JsonReader json, Batch batch) {
        new ColumnParser(json, names, batch, limit).parse();
    }

    @Override
    public boolean read(byte[] body, int length, Batch batch) {
        return new RowParser(new JsonReader(body, length), names, batch, limit).parse();
    }
}
