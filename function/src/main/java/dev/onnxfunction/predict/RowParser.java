package dev.onnxfunction.predict;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.sym.PropertyNameMatcher;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Parses one body. */
final class RowParser {

    private final JsonParser parser;
    private final PropertyNameMatcher names;
    private final Batch batch;
    private final List<Column> columns;
    private final int maxRows;
    private final Faults faults = new Faults();

    /** The row in which a feature was last given, counted from 1: no clearing between rows. */
    private final int[] givenIn;

    /** Members of the row that are no feature. */
    private final Set<String> others = new LinkedHashSet<>();

    private int row = -1;

    RowParser(JsonParser parser, PropertyNameMatcher names, Batch batch, int maxRows) {
        this.parser = parser;
        this.names = names;
        this.batch = batch;
        this.columns = batch.columns();
        this.maxRows = maxRows;
        this.givenIn = new int[columns.size()];
    }

    /** Whether the body is an array. */
    boolean parse() {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new MalformedJsonException("The body is empty.");
        }
        switch (first) {
            case START_OBJECT -> row();
            case START_ARRAY -> rows();
            default -> throw new MalformedJsonException("The body is " + kind(first) + ".");
        }
        if (parser.nextToken() != null) {
            throw new MalformedJsonException("More follows after the end of the JSON value.");
        }
        if (!faults.isEmpty()) {
            throw new InvalidRowsException(faults);
        }
        return first == JsonToken.START_ARRAY;
    }

    private void rows() {
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            if (token == JsonToken.START_OBJECT) {
                row();
            } else {
                beginRow();
                faults.add(row, null, "is " + kind(token) + ", must be an object");
                skip();
            }
        }
    }

    private void row() {
        beginRow();
        int given = 0;
        for (int name = parser.nextNameMatch(names);
                name != PropertyNameMatcher.MATCH_END_OBJECT;
                name = parser.nextNameMatch(names)) {
            if (name >= 0) {
                given += feature(name) ? 1 : 0;
            } else {
                other(parser.currentName());
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
        JsonToken token = parser.nextToken();
        boolean first = givenIn[index] != row + 1;
        givenIn[index] = row + 1;
        String problem = first ? put(column, token) : twice();
        if (problem != null) {
            faults.add(row, column.feature().name(), problem);
        }
        return first;
    }

    private @Nullable String put(Column column, JsonToken token) {
        return switch (token) {
            case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> number(column, token);
            case VALUE_TRUE, VALUE_FALSE -> column.put(batch, token == JsonToken.VALUE_TRUE);
            case VALUE_STRING -> column.put(batch, parser.getString());
            case VALUE_NULL -> column.putMissing(batch, false);
            default -> {
                skip();
                yield column.mustBe(kind(token));
            }
        };
    }

    private @Nullable String number(Column column, JsonToken token) {
        return switch (column.feature().type()) {
            case INT64, INT32 ->
                    token == JsonToken.VALUE_NUMBER_INT && isLong()
                            ? column.put(batch, parser.getLongValue())
                            : column.put(batch, parser.getDecimalValue());
            default -> column.put(batch, parser.getDoubleValue());
        };
    }

    private boolean isLong() {
        return parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }

    private String twice() {
        skip();
        return "is given twice";
    }

    /** A member that is no feature is ignored, whatever is in it, but must not stand twice. */
    private void other(String name) {
        parser.nextToken();
        if (!others.add(name)) {
            faults.add(row, name, "is given twice");
        }
        skip();
    }

    private void missing() {
        for (int i = 0; i < givenIn.length; i++) {
            if (givenIn[i] != row + 1 && columns.get(i).putMissing(batch, true) != null) {
                String name = columns.get(i).feature().name();
                faults.add(row, name, LikelyName.explainMissing(name, others));
            }
        }
    }

    /** Skips the value at hand, and finds members that stand twice in it. */
    private void skip() {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                skip();
            }
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            Set<String> members = new HashSet<>();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                if (!members.add(name)) {
                    faults.add(row, name, "is given twice");
                }
                parser.nextToken();
                skip();
            }
        }
    }

    private static String kind(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE -> "true";
            case VALUE_FALSE -> "false";
            default -> "null";
        };
    }
}
