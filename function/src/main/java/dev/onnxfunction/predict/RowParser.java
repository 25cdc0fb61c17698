package dev.onnxfunction.predict;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonNumber;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.json.Names;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Parses one body. */
final class RowParser {

    private static final String TWICE = "is given twice";

    private final JsonReader json;
    private final Names names;
    private final Batch batch;
    private final List<Column> columns;
    private final int maxRows;
    private final Faults faults = new Faults();

    /** The row in which a feature was last given, counted from 1: no clearing between rows. */
    private final int[] givenIn;

    /** Members of the row that are no feature. */
    private final Set<String> others = new LinkedHashSet<>();

    private int row = -1;

    RowParser(JsonReader json, Names names, Batch batch, int maxRows) {
        this.json = json;
        this.names = names;
        this.batch = batch;
        this.columns = batch.columns();
        this.maxRows = maxRows;
        this.givenIn = new int[columns.size()];
    }

    /** Whether the body is an array. */
    boolean parse() {
        if (json.isEmpty()) {
            throw new JsonException("is empty");
        }
        Kind kind = json.next();
        switch (kind) {
            case OBJECT -> row();
            case ARRAY -> rows();
            default -> throw new JsonException("is " + describe(kind));
        }
        json.end();
        if (!faults.isEmpty()) {
            throw new InvalidRowsException(faults);
        }
        return kind == Kind.ARRAY;
    }

    private void rows() {
        while (json.nextElement()) {
            Kind kind = json.next();
            if (kind == Kind.OBJECT) {
                row();
            } else {
                beginRow();
                faults.add(row, null, "is " + describe(kind) + ", must be an object");
                skip(kind);
            }
        }
    }

    private void row() {
        beginRow();
        int given = 0;
        int next = 0;
        while (json.nextMember()) {
            int index = json.nameIn(names, next);
            if (index < 0) {
                other(json.string());
            } else {
                given += feature(index) ? 1 : 0;
                next = index + 1;
            }
        }
        if (given < columns.size()) {
            missing();
        }
    }

    private void beginRow() {
        if (++row == maxRows) {
            throw new TooManyRowsException(maxRows);
        }
        batch.addRow();
        if (!others.isEmpty()) {
            others.clear();
        }
    }

    /** Reads a feature's value; whether it is the first of this feature in this row. */
    private boolean feature(int index) {
        Column column = columns.get(index);
        boolean first = givenIn[index] != row + 1;
        givenIn[index] = row + 1;
        Kind kind = json.next();
        String problem = first ? put(column, kind) : TWICE;
        if (problem != null) {
            faults.add(row, column.feature().name(), problem);
            skip(kind);
        }
        return first;
    }

    private @Nullable String put(Column column, Kind kind) {
        return switch (kind) {
            case NUMBER -> putNumber(column, json.number());
            case STRING -> column.put(batch, json.string());
            case TRUE, FALSE -> column.put(batch, kind == Kind.TRUE);
            case NULL -> column.putMissing(batch, false);
            case OBJECT, ARRAY -> column.mustBe(describe(kind));
        };
    }

    private @Nullable String putNumber(Column column, JsonNumber number) {
        if (!column.isInteger()) {
            return column.put(batch, number.toDouble());
        }
        return switch (number.fit()) {
            case WHOLE -> column.put(batch, number.toLong());
            case FRACTION -> column.mustBe("a number with a fraction");
            case BEYOND -> column.beyondRange();
        };
    }

    /** A member that is no feature is ignored, whatever is in it, but must not stand twice. */
    private void other(String name) {
        if (!others.add(name)) {
            faults.add(row, name, TWICE);
        }
        skip(json.next());
    }

    private void missing() {
        for (int i = 0; i < givenIn.length; i++) {
            if (givenIn[i] != row + 1 && columns.get(i).putMissing(batch, true) != null) {
                String name = columns.get(i).feature().name();
                faults.add(row, name, LikelyName.explainMissing(name, others));
            }
        }
    }

    /** Skips what is left of a value, and finds members that stand twice in it. */
    private void skip(Kind kind) {
        if (kind == Kind.ARRAY) {
            while (json.nextElement()) {
                skip(json.next());
            }
        } else if (kind == Kind.OBJECT) {
            Set<String> members = new HashSet<>();
            while (json.nextMember()) {
                String name = json.string();
                if (!members.add(name)) {
                    faults.add(row, name, TWICE);
                }
                skip(json.next());
            }
        }
    }

    private static String describe(Kind kind) {
        return switch (kind) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case TRUE -> "true";
            case FALSE -> "false";
            case NULL -> "null";
        };
    }
}
