package dev.onnxfunction.explain;

import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** Reads the rows of a card's background. */
final class BackgroundReader {

    private final JsonReader json;
    private final Batch batch;

    private BackgroundReader(JsonReader json, Batch batch) {
        this.json = json;
        this.batch = batch;
    }

    /**
     * Returns the rows in a batch that is not run.
     *
     * @throws NoBackgroundException if the card has no background, or it does not fit the model
     */
    static Batch read(OnnxModel model) {
        ModelCard card = model.card();
        String rows = card == null ? null : card.background();
        if (rows == null) {
            throw new NoBackgroundException(
                    "An explanation compares a row with rows of the training data, and the model"
                            + " has none of them in its card.");
        }
        JsonReader json = new JsonReader(rows.getBytes(StandardCharsets.UTF_8));
        Batch batch = model.batch();
        try {
            new BackgroundReader(json, batch).readRows();
            return batch;
        } catch (NoBackgroundException e) {
            batch.close();
            throw e;
        } catch (JsonException e) {
            batch.close();
            throw new NoBackgroundException(
                    "The background in the model's card is not JSON: it " + e.getMessage() + ".");
        }
    }

    private void readRows() {
        json.next();
        while (json.nextElement()) {
            if (json.next() != Kind.ARRAY) {
                throw refuse("is not an array");
            }
            batch.addRow();
            readRow();
        }
        if (batch.size() == 0) {
            throw new NoBackgroundException("The background in the model's card is empty.");
        }
    }

    private void readRow() {
        int values = 0;
        while (json.nextElement()) {
            if (values == batch.columns().size()) {
                throw refuse("has more values than there are features");
            }
            put(batch.columns().get(values++));
        }
        if (values < batch.columns().size()) {
            throw refuse("has fewer values than there are features");
        }
    }

    private void put(Column column) {
        String problem = put(column, json.next());
        if (problem != null) {
            throw refuse("has a " + column.feature().name() + " that " + problem);
        }
    }

    private @Nullable String put(Column column, Kind kind) {
        return switch (kind) {
            case NUMBER -> column.put(batch, json.number());
            case STRING -> column.put(batch, json.string());
            case TRUE, FALSE -> column.put(batch, kind == Kind.TRUE);
            case NULL -> column.putMissing(batch, false);
            case OBJECT, ARRAY -> throw refuse("has an object or array as a value");
        };
    }

    private NoBackgroundException refuse(String problem) {
        int row = Math.max(0, batch.size() - 1);
        return new NoBackgroundException(
                "Row %d of the background in the model's card %s.".formatted(row, problem));
    }
}
