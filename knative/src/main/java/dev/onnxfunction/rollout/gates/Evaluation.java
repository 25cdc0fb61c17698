package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Labelled rows, as the text of their cells.
 *
 * @param file where they are from, for messages
 * @param columns their names, of which one is the target
 * @param cells text by column, for each row; at least one row
 */
public record Evaluation(String file, List<String> columns, List<Map<String, String>> cells) {

    /**
     * Reads a CSV file with a header.
     *
     * @throws IOException with a sentence on what is wrong with it
     */
    public static Evaluation read(Path file) throws IOException {
        CsvMapper mapper = new CsvMapper();
        mapper.enable(CsvParser.Feature.TRIM_SPACES);
        List<Map<String, String>> rows = new ArrayList<>();
        try (MappingIterator<Map<String, String>> lines =
                mapper.readerFor(Map.class)
                        .with(CsvSchema.emptySchema().withHeader())
                        .readValues(file.toFile())) {
            lines.forEachRemaining(rows::add);
        } catch (JacksonException e) {
            throw new IOException(file + " is no CSV: " + e.getOriginalMessage(), e);
        }
        if (rows.isEmpty()) {
            throw new IOException(file + " has no rows. Give a CSV file with a header and rows.");
        }
        return new Evaluation(
                file.toString(), List.copyOf(rows.getFirst().keySet()), List.copyOf(rows));
    }

    /**
     * The rows as the function takes them: without the target, without empty cells, and with the
     * types that the model tells.
     */
    List<JsonNode> rows(@Nullable String target, Map<String, String> types) {
        List<JsonNode> rows = new ArrayList<>();
        for (Map<String, String> line : cells) {
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            line.forEach(
                    (column, text) -> {
                        if (!column.equals(target) && !text.isEmpty()) {
                            row.set(column, value(text, types.getOrDefault(column, "")));
                        }
                    });
            rows.add(row);
        }
        return rows;
    }

    private static JsonNode value(String text, String type) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (type.equals("string")) {
            return json.textNode(text);
        }
        if (text.equals("true") || text.equals("false")) {
            return json.booleanNode(text.equals("true"));
        }
        try {
            return json.numberNode(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return json.textNode(text); // The function says what is wrong with it.
        }
    }

    /** The true values. */
    double[] truth(String target) throws GateException {
        if (!columns.contains(target)) {
            throw new GateException(
                    file
                            + " has no column '"
                            + target
                            + "', but "
                            + columns
                            + ". Name the target with --target.",
                    false);
        }
        double[] values = new double[cells.size()];
        for (int i = 0; i < values.length; i++) {
            String text = cells.get(i).getOrDefault(target, "");
            try {
                values[i] = Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw new GateException(
                        "'%s' in row %d of %s is no number. Leave rows without a target out."
                                .formatted(text, i + 1, file),
                        false);
            }
        }
        return values;
    }
}
