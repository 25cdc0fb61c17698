package dev.onnxfunction.protocol;

import dev.onnxfunction.contract.RefusedException;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.csv.CsvException;
import dev.onnxfunction.csv.CsvReader;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.settings.Settings;

/**
 * Reads the rows of a CSV body. Created at the first such request, so that the start loads no CSV
 * reader. Thread-safe.
 */
public final class CsvBody {

    private final CsvReader reader;
    private final String wanted;

    /**
     * @param wanted what a body must be that is no such CSV
     */
    public CsvBody(ServedModel served, String wanted) {
        Settings.Limits limits = served.settings().limits();
        this.reader = new CsvReader(limits.maxRows(), limits.maxCells());
        this.wanted = wanted;
    }

    /**
     * Adds the rows to an empty batch.
     *
     * @param header whether the first line names the columns; otherwise they are in the model's
     *     order
     * @throws RefusedException if the body is not CSV, with status 400
     */
    public void read(Request request, Batch batch, boolean header) {
        try {
            if (header) {
                reader.read(request.body(), request.length(), batch);
            } else {
                reader.readInOrder(request.body(), request.length(), batch);
            }
        } catch (CsvException e) {
            throw new RefusedException(
                    Response.error(
                            400,
                            "Malformed CSV",
                            "The body " + e.getMessage() + ". Send " + wanted + "."));
        }
    }
}
