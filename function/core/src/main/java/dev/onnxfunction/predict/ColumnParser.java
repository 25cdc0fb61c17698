package dev.onnxfunction.predict;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.json.Names;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Parses an object that maps each feature name to a list of values. */
final class ColumnParser {

    private final JsonReader json;
    private final Names names;
    private final Batch batch;
    private final List<Column> columns;
    private final RowLimit limit;
    private final Faults faults = new Faults();
    private final Set<String> others = new LinkedHashSet<>();

    /** Name of the first column; empty before it is parsed. */
    private String first = "";

    /** Number of rows in the first column; negative before it is parsed. */
    private int rows = -1;

    ColumnParser(JsonReader json, Names names, Batch batch, RowLimit limit) {
        this.json = json;
        this.names = names;
        this.batch = batch;
        this.columns = batch.columns();
        this.limit = limit;
    }

    /** Parses the members of an object that has been opened, up to its end. */
    void parse() {
        boolean[] given = new boolean[columns.size()];
        int next = 0;
        while (json.nextMember()) {
            int index = json.nameIn(names, next);
            String name = json.string();
            next = index + 1;
            Kind kind = json.next();
            if (kind != Kind.ARRAY) {
                throw new JsonException(
                        "has " + kind.description() + " as a column, must have a list");
            }
            if (index < 0) {
                if (!others.add(name)) {
                    throw twice(name);
                }
                json.skipStrictly(kind);
            } else if (given[index]) {
                throw twice(name);
            } else {
                given[index] = true;
                read(columns.get(index), name);
            }
        }
        MissingColumns.add(batch, given, others, faults);
        if (!faults.isEmpty()) {
            throw new InvalidRowsException(faults);
        }
    }

    private static JsonException twice(String name) {
        return new JsonException("has the column \"" + name + "\" twice");
    }

    private void read(Column column, String name) {
        int row = 0;
        for (; json.nextElement(); row++) {
            goTo(row, name);
            Kind kind = json.next();
            String problem = RowParser.put(json, batch, column, kind);
            if (problem != null) {
                faults.add(row, name, problem);
                json.skipStrictly(kind);
            }
        }
        if (rows < 0) {
            first = name;
            rows = row;
        } else if (row < rows) {
            throw uneven(name, "fewer");
        }
    }

    private void goTo(int row, String name) {
        if (rows >= 0) {
            if (row == rows) {
                throw uneven(name, "more");
            }
            batch.goTo(row);
            return;
        }
        limit.check(row + 1);
        batch.addRow();
    }

    private JsonException uneven(String name, String number) {
        return new JsonException(
                "has " + number + " values for \"" + name + "\" than for \"" + first + "\"");
    }
}
