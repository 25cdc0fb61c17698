package dev.onnxfunction.predict;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes predictions as JSON, as {@link Prediction} documents them. Encodes constant parts only
 * once. Thread-safe.
 */
public final class PredictionWriter implements BatchWriter {

    private static final String START = "{\"status\":\"ok\",\"predict\":";
    private static final byte[] PREDICT = ascii(START);
    private static final byte[] INTERVAL = ascii(",\"interval\":[");
    private static final byte[] COMMA = ascii(",");
    private static final byte[] OUT_OF_RANGE = ascii(",\"outOfRange\":[");

    private static final byte[] UNKNOWN_CATEGORY = ascii(",\"unknownCategory\":[");

    private static final byte[] NOTHING = {};

    /** Numbers are rarely longer, in bytes. */
    private static final int NUMBER_LENGTH = 20;

    private final boolean interval;
    private final byte[][] features;
    private final byte[] end;

    /** The end of a row and the start of the next one, copied at once. */
    private final byte[] next;

    /** Bytes of a row without warnings. */
    private final int rowLength;

    public PredictionWriter(OnnxModel model) {
        this.interval = model.hasInterval();
        this.features =
                model.features().stream()
                        .map(Feature::name)
                        .map(PredictionWriter::quote)
                        .toArray(byte[][]::new);
        ModelCard card = model.card();
        String last = card == null ? "}" : ",\"model\":\"" + card.id() + "\"}";
        this.end = ascii(last);
        this.next = ascii(last + "," + START);
        this.rowLength =
                next.length + NUMBER_LENGTH + (interval ? INTERVAL.length + 2 * NUMBER_LENGTH : 0);
    }

    @Override
    public JsonWriter write(Batch batch, boolean array) {
        return write(batch, array, NOTHING);
    }

    @Override
    public JsonWriter write(Batch batch, boolean array, byte[] space) {
        int capacity = batch.size() * rowLength + 2;
        boolean fits = space.length >= capacity && space.length / 2 < capacity;
        JsonWriter json = fits ? new JsonWriter(space) : new JsonWriter(capacity);
        if (array) {
            json.append('[');
        }
        for (int row = 0; row < batch.size(); row++) {
            writeMembers(batch, row, json, row == 0 ? PREDICT : next);
        }
        if (batch.size() > 0) {
            json.append(end);
        }
        if (array) {
            json.append(']');
        }
        return json;
    }

    /** Appends the prediction of one row of a batch. */
    public void write(Batch batch, int row, JsonWriter json) {
        writeMembers(batch, row, json, PREDICT);
        json.append(end);
    }

    private void writeMembers(Batch batch, int row, JsonWriter json, byte[] before) {
        json.append(before, batch.prediction(row));
        if (interval) {
            json.append(INTERVAL, batch.lower(row));
            json.append(COMMA, batch.upper(row)).append(']');
        }
        int column = batch.nextOutOfRange(row, 0);
        if (column >= 0) {
            json.append(OUT_OF_RANGE).append(features[column]);
            while ((column = batch.nextOutOfRange(row, column + 1)) >= 0) {
                json.append(',').append(features[column]);
            }
            json.append(']');
        }
        column = batch.nextUnknownCategory(row, 0);
        if (column >= 0) {
            json.append(UNKNOWN_CATEGORY).append(features[column]);
            while ((column = batch.nextUnknownCategory(row, column + 1)) >= 0) {
                json.append(',').append(features[column]);
            }
            json.append(']');
        }
    }

    private static byte[] quote(String text) {
        JsonWriter json = new JsonWriter(text.length() + 2).appendString(text);
        return Arrays.copyOf(json.bytes(), json.length());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
