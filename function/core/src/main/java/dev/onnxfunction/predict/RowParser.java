package dev.onnxfunction.predict;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.json.Names;
import dev.onnxfunction.json.RepeatedMembers;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.PlainColumns;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Parses one body. */
final class RowParser {

    private static final int END = Integer.MIN_VALUE;
    private static final String TWICE = "is given twice";

    /**
     * Maximum size of a set that is reused, because clearing a set takes time in proportion to its
     * largest size.
     */
    private static final int FEW = 64;

    private final JsonReader json;
    private final Names names;
    private final Batch batch;
    private final List<Column> columns;
    private final RowLimit limit;

    /** Maximum number of rows. */
    private final int maxRows;

    private Faults faults = new Faults();
    private @Nullable LikelyNames likely;

    /**
     * For each feature the last row that has it, from 1, so that nothing is cleared between rows.
     */
    private final int[] givenIn;

    /** Null while there is one row, which has nothing to repeat. */
    private @Nullable RepeatedMembers members;

    /** The columns, if numbers are stored at once; otherwise null. */
    private final @Nullable PlainColumns plain;

    /** The order of values in rows that are lists; null if rows must be objects. */
    private @Nullable RowOrder order;

    /** Members of the row that are not features. */
    private Set<String> others = new LinkedHashSet<>();

    private int row = -1;

    /** Number of different features of the row so far. */
    private int given;

    /** Whether these are the first ones, in order. */
    private boolean inOrder;

    RowParser(JsonReader json, Names names, Batch batch, RowLimit limit) {
        this.json = json;
        this.names = names;
        this.batch = batch;
        this.columns = batch.columns();
        this.limit = limit;
        this.maxRows = limit.rows();
        this.givenIn = new int[columns.size()];
        this.plain = batch.plainColumns();
    }

    /** Whether the body is an array. */
    boolean parse() {
        if (json.isEmpty()) {
            throw new JsonException("is empty");
        }
        Kind kind = json.next();
        switch (kind) {
            case OBJECT -> readRow();
            case ARRAY -> readRows();
            default -> throw new JsonException("is " + kind.description());
        }
        json.end();
        if (!faults.isEmpty()) {
            throw new InvalidRowsException(faults);
        }
        return kind == Kind.ARRAY;
    }

    /** Parses an array that is part of a larger text, up to its end. */
    void parseArray(@Nullable RowOrder order) {
        this.order = order;
        Kind kind = json.next();
        if (kind != Kind.ARRAY) {
            throw new JsonException("has " + kind.description() + " in the place of its rows");
        }
        readRows();
        if (!faults.isEmpty()) {
            throw new InvalidRowsException(faults);
        }
    }

    /**
     * Reads a part of the text as one row.
     *
     * @return its faults; null if it is added to the batch
     * @throws JsonException if it is not a JSON object
     */
    @Nullable Faults parseLine(int from, int to) {
        if (!faults.isEmpty()) {
            // Left from the previous part, which may not have been an object.
            faults = new Faults();
        }
        if (members == null) {
            members = new RepeatedMembers(json, columns.size());
        }
        json.restrict(from, to);
        Kind kind = json.next();
        if (kind != Kind.OBJECT) {
            throw new JsonException("is " + kind.description());
        }
        readRow();
        json.end();
        return faults.isEmpty() ? null : faults;
    }

    private void readRows() {
        members = new RepeatedMembers(json, columns.size());
        while (json.nextElement()) {
            Kind kind = json.next();
            if (kind == Kind.OBJECT) {
                readRow();
            } else if (kind == Kind.ARRAY && order != null) {
                readList(order);
            } else {
                beginRow();
                faults.add(row, null, "is " + kind.description() + ", must be an object");
                skip(kind);
            }
        }
    }

    private void readRow() {
        beginRow();
        int next = repeatedFeatures(0);
        for (int index = nextMember(next); index != END; index = nextMember(next)) {
            if (index < 0) {
                skipOther(json.string());
            } else {
                readFeature(index);
                next = repeatedFeatures(index + 1);
            }
        }
        if (given < columns.size()) {
            addMissing();
        }
    }

    /**
     * Reads the features, from this one on, that have the same text up to the value as in the row
     * before: usually all.
     *
     * @return index after the last of them
     */
    private int repeatedFeatures(int first) {
        RepeatedMembers repeated = members;
        int index = first;
        while (repeated != null && index < columns.size()) {
            if (plain != null && inOrder) {
                index = repeatedNumbers(repeated, plain, index);
            }
            if (index == columns.size() || !repeated.next(index)) {
                return index;
            }
            if (givenIn[index] <= row && json.readShortNumber()) {
                give(index);
                note(index, columns.get(index).put(batch, json.number()));
            } else {
                readFeature(index);
            }
            index++;
        }
        return index;
    }

    /** Reads short numbers of features that are not given yet, from this one on. */
    private int repeatedNumbers(RepeatedMembers repeated, PlainColumns into, int first) {
        int end = repeated.readNumbers(first);
        into.put(batch, repeated.numbers(), first, end);
        Arrays.fill(givenIn, first, end, row + 1);
        given += end - first;
        return end;
    }

    private void give(int index) {
        inOrder &= index == given;
        givenIn[index] = row + 1;
        given++;
    }

    /** Reads a row that is a list of values in this order. */
    private void readList(RowOrder order) {
        beginRow();
        int count = 0;
        for (; json.nextElement(); count++) {
            int index = order.feature(count);
            if (index < 0) {
                skip(json.next());
            } else {
                readFeature(index);
            }
        }
        if (count != order.size()) {
            faults.add(row, null, "has %d values, must have %d".formatted(count, order.size()));
        } else if (given < columns.size()) {
            others.addAll(order.others());
            addMissing();
        }
    }

    /**
     * Moves to the next member of the row.
     *
     * @param guess index of the feature that it probably is
     * @return index of its feature, negative if it is not a feature, {@link #END} if there is none
     */
    private int nextMember(int guess) {
        int from = json.position();
        if (!json.nextMember()) {
            return END;
        }
        int index = json.nameIn(names, guess);
        if (index == guess && members != null) {
            members.note(index, from);
        }
        return index;
    }

    private void beginRow() {
        if (++row == maxRows) {
            limit.check(row + 1);
        }
        batch.addRow();
        given = 0;
        inOrder = true;
        if (others.size() > FEW) {
            others = new LinkedHashSet<>();
        } else if (!others.isEmpty()) {
            others.clear();
        }
    }

    private void readFeature(int index) {
        Kind kind = json.next();
        if (givenIn[index] > row) {
            note(index, TWICE);
            skip(kind);
            return;
        }
        give(index);
        String problem = put(json, batch, columns.get(index), kind);
        if (problem != null) {
            note(index, problem);
            skip(kind);
        }
    }

    private void note(int index, @Nullable String problem) {
        if (problem != null) {
            faults.add(row, columns.get(index).feature().name(), problem);
        }
    }

    /** Stores the current value in the current row, and returns its fault, if any. */
    static @Nullable String put(JsonReader json, Batch batch, Column column, Kind kind) {
        return switch (kind) {
            case NUMBER -> column.put(batch, json.number());
            case STRING -> column.put(batch, json.string());
            case TRUE, FALSE -> column.put(batch, kind == Kind.TRUE);
            case NULL -> column.putMissing(batch, false);
            case OBJECT, ARRAY -> column.mustBe(kind.description());
        };
    }

    /** Ignores a member that is not a feature; it must not appear twice. */
    private void skipOther(String name) {
        if (!others.add(name)) {
            faults.add(row, name, TWICE);
        }
        skip(json.next());
    }

    /** Adds the features that the row does not have. */
    private void addMissing() {
        LikelyNames names = null;
        for (int i = 0; i < givenIn.length; i++) {
            if (givenIn[i] != row + 1 && columns.get(i).putMissing(batch, true) != null) {
                String name = columns.get(i).feature().name();
                if (names == null && faults.isListing()) {
                    names = likelyNames();
                    names.begin(others);
                }
                faults.add(
                        row,
                        name,
                        names != null && faults.isListing()
                                ? names.explainMissing(name)
                                : Column.MISSING);
            }
        }
    }

    private LikelyNames likelyNames() {
        if (likely == null) {
            likely = new LikelyNames();
        }
        return likely;
    }

    /** Skips the rest of a value, and finds duplicate members in it. */
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
}
