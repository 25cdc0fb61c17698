package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows and the exporter's predictions for them.
 *
 * @param model {@code name@version} of the exported model; null if the file does not name it
 * @param rows as JSON for the function, at least one
 * @param predictions one for each
 * @param tolerance largest relative error; null if the file does not specify it
 */
public record ParityRows(
        @Nullable String model,
        List<JsonNode> rows,
        List<Double> predictions,
        @Nullable Double tolerance) {

    /**
     * Reads a file such as {@code parity.json}, which the training writes: an object with {@code
     * rows} and {@code predictions}, and perhaps {@code model} and {@code tolerance}.
     *
     * @throws IOException if it cannot be read or is wrong, with a message that says what
     */
    public static ParityRows read(Path file) throws IOException {
        JsonNode json = tree(file);
        List<JsonNode> rows = new ArrayList<>();
        json.path("rows").forEach(rows::add);
        JsonNode predictions = json.path("predictions");
        if (rows.isEmpty() || rows.size() != predictions.size()) {
            throw new IOException(
                    file
                            + " holds "
                            + rows.size()
                            + " rows and "
                            + predictions.size()
                            + " predictions. Give a file with 'rows' and as many 'predictions',"
                            + " such as the training writes.");
        }
        List<Double> values = new ArrayList<>();
        for (JsonNode prediction : predictions) {
            if (!prediction.isNumber()) {
                throw new IOException(
                        "A prediction in " + file + " is not a number: " + prediction);
            }
            values.add(prediction.doubleValue());
        }
        JsonNode tolerance = json.path("tolerance");
        return new ParityRows(
                json.path("model").textValue(),
                rows,
                values,
                tolerance.isNumber() ? tolerance.doubleValue() : null);
    }

    private static JsonNode tree(Path file) throws IOException {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (JacksonException e) {
            throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
