package dev.onnxfunction.protocol;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.RowOrder;
import dev.onnxfunction.predict.RowReader;
import dev.onnxfunction.settings.Settings;

import java.util.Arrays;
import java.util.List;

/** Reads rows that are a member of a larger JSON text. Thread-safe. */
public final class EmbeddedRows {

    private final List<Feature> features;
    private final RowReader direct;
    private final BatchReader composed;
    private final boolean functions;
    private final RowOrder modelOrder;

    public EmbeddedRows(ServedModel served) {
        Composition composition = served.composition();
        Settings.Limits limits = served.settings().limits();
        this.features = served.model().features();
        this.direct = new RowReader(features, limits.maxRows(), limits.maxCells());
        this.functions = !composition.before().isEmpty();
        this.composed =
                composition.reader(
                        served.model(), served.predict(), limits.maxRows(), limits.maxCells());
        this.modelOrder = RowOrder.ofModel(features);
    }

    /**
     * Reads an array of rows, each an object or, in the model's order, a list. If functions take
     * the rows first, a row must be an object, because the order of their inputs is unknown.
     */
    public void read(JsonReader json, Request request, Batch batch) {
        if (functions) {
            readComposed(json, request, batch);
        } else {
            direct.readArray(json, batch, modelOrder);
        }
    }

    /** Reads an array of rows, each an object. */
    public void readRecords(JsonReader json, Request request, Batch batch) {
        if (functions) {
            readComposed(json, request, batch);
        } else {
            direct.readArray(json, batch, null);
        }
    }

    /** Reads an array of rows, each a list of values with these names. */
    public void readNamed(JsonReader json, Batch batch, List<String> names) {
        refuseFunctions();
        direct.readArray(json, batch, RowOrder.ofNames(names, features));
    }

    /** Reads an opened object that maps feature names to lists of values. */
    public void readColumns(JsonReader json, Batch batch) {
        refuseFunctions();
        direct.readColumns(json, batch);
    }

    private void refuseFunctions() {
        if (functions) {
            throw new JsonException(
                    "has rows that are not objects, as the functions before the model take");
        }
    }

    private void readComposed(JsonReader json, Request request, Batch batch) {
        int from = json.position();
        if (json.next() != Kind.ARRAY) {
            throw new JsonException("has no list in the place of its rows");
        }
        json.skipStrictly(Kind.ARRAY);
        byte[] rows = Arrays.copyOfRange(request.body(), from, json.position());
        composed.read(rows, rows.length, batch);
    }
}
