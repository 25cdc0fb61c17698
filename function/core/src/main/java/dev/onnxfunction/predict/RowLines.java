package dev.onnxfunction.predict;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.Names;
import dev.onnxfunction.model.Batch;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Reads JSON rows one by one; a refused row does not affect the others. */
public final class RowLines {

    private static final RowLimit UNLIMITED = new RowLimit(Integer.MAX_VALUE, Integer.MAX_VALUE, 1);

    private final Names names;

    /**
     * @param features the model's features, in its order
     */
    public RowLines(List<Feature> features) {
        this.names = new Names(features.stream().map(Feature::name).toList());
    }

    /**
     * Opens a text whose parts are rows.
     *
     * @param length number of valid bytes
     * @throws JsonException if it is not UTF-8
     */
    public Text of(byte[] text, int length, Batch batch) {
        return new Text(text, length, names, batch);
    }

    /** Not thread-safe. */
    public static final class Text {

        private final RowParser parser;
        private final Batch batch;

        private Text(byte[] text, int length, Names names, Batch batch) {
            this.batch = batch;
            this.parser = new RowParser(new JsonReader(text, length), names, batch, UNLIMITED);
        }

        /**
         * Adds a row to the batch, unless it is refused.
         *
         * @param from index of its first byte
         * @param to index after its last byte
         * @param row number of the row, for its faults
         * @return its faults; null if it is added
         * @throws JsonException if it is not a JSON object
         */
        public @Nullable Faults read(int from, int to, int row) {
            int before = batch.size();
            boolean added = false;
            try {
                Faults faults = parser.parseLine(from, to);
                added = faults == null;
                return faults == null ? null : faults.of(row);
            } finally {
                if (!added && batch.size() > before) {
                    batch.removeRow();
                }
            }
        }
    }
}
