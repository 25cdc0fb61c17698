package dev.onnxfunction.compose;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.RowLimit;
import dev.onnxfunction.predict.TooManyCellsException;
import dev.onnxfunction.predict.TooManyRowsException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the rows of a body as maps, as strictly as for the model. Thread-safe. */
final class MapReader {

    private final RowLimit limit;

    MapReader(RowLimit limit) {
        this.limit = limit;
    }

    /**
     * Reads the rows of a body.
     *
     * @return whether it is an array
     * @throws JsonException if it is not JSON, or neither a row nor an array of rows
     * @throws TooManyRowsException if it has more rows than are allowed
     * @throws TooManyCellsException if it has more rows times features than are allowed
     * @throws InvalidRowsException if a row is not an object, or has a member twice
     */
    boolean read(byte[] body, int length, List<Map<String, @Nullable Object>> rows) {
        Reading reading = new Reading(new JsonReader(body, length), rows);
        boolean array = reading.read(length == 0);
        if (!reading.faults.isEmpty()) {
            throw new InvalidRowsException(reading.faults);
        }
        return array;
    }

    /** One body being read. */
    private final class Reading {

        private final JsonReader json;
        private final List<Map<String, @Nullable Object>> rows;
        private final Faults faults = new Faults();

        Reading(JsonReader json, List<Map<String, @Nullable Object>> rows) {
            this.json = json;
            this.rows = rows;
        }

        boolean read(boolean empty) {
            if (empty) {
                throw new JsonException("is empty");
            }
            Kind kind = json.next();
            switch (kind) {
                case OBJECT -> addRow(kind);
                case ARRAY -> {
                    while (json.nextElement()) {
                        addRow(json.next());
                    }
                }
                default -> throw new JsonException("is " + kind.description());
            }
            json.end();
            return kind == Kind.ARRAY;
        }

        private void addRow(Kind kind) {
            limit.check(rows.size() + 1);
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            rows.add(row);
            if (kind == Kind.OBJECT) {
                readMembers(row);
            } else {
                faults.add(
                        rows.size() - 1, null, "is " + kind.description() + ", must be an object");
                value(kind);
            }
        }

        private void readMembers(Map<String, @Nullable Object> members) {
            while (json.nextMember()) {
                String name = json.string();
                if (members.containsKey(name)) {
                    faults.add(rows.size() - 1, name, "is given twice");
                }
                members.put(name, value(json.next()));
            }
        }

        private @Nullable Object value(Kind kind) {
            return switch (kind) {
                case OBJECT -> {
                    Map<String, @Nullable Object> members = new LinkedHashMap<>();
                    readMembers(members);
                    yield members;
                }
                case ARRAY -> {
                    List<@Nullable Object> elements = new ArrayList<>();
                    while (json.nextElement()) {
                        elements.add(value(json.next()));
                    }
                    yield elements;
                }
                case NUMBER -> json.number().toNumber();
                case STRING -> json.string();
                case TRUE -> true;
                case FALSE -> false;
                case NULL -> null;
            };
        }
    }
}
