package dev.onnxfunction.score;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.RowLines;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The rows of a chunk in NDJSON; blank lines are skipped. */
final class NdjsonInputRows implements InputRows {

    private final NdjsonInput input;
    private final byte[] text;
    private final int limit;
    private final RowLines.Text lines;
    private final JsonReader json;

    /** For each kept member, its value in a row as text; null if there is none. */
    private final @Nullable String[] values;

    private int next;
    private long nextLine;
    private int from;
    private int to;
    private long line;

    NdjsonInputRows(NdjsonInput input, Chunk chunk, RowLines.Text lines) {
        this.input = input;
        this.text = chunk.text();
        this.limit = chunk.to();
        this.lines = lines;
        this.json = new JsonReader(text, limit);
        this.values = new String[input.kept().size()];
        this.next = chunk.from();
        this.nextLine = chunk.line();
        skipBlankLines();
    }

    private void skipBlankLines() {
        int at = next;
        while (at < limit && isBlank(text[at])) {
            if (text[at++] == '\n') {
                next = at;
                nextLine++;
            }
        }
        next = at == limit ? limit : next;
    }

    private static boolean isBlank(byte character) {
        return character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }

    @Override
    public boolean hasNext() {
        return next < limit;
    }

    @Override
    public @Nullable Refusal read(Batch batch) {
        from = next;
        line = nextLine;
        while (next < limit && text[next] != '\n') {
            next++;
        }
        to = next;
        if (next < limit) {
            next++;
            nextLine++;
        }
        skipBlankLines();
        try {
            Faults faults = lines.read(from, to, 0);
            return faults == null ? null : new Refusal(line, faults.listed(), from, to);
        } catch (JsonException e) {
            String problem = "the line " + e.getMessage().replace("(line 1, column", "(column");
            return Refusal.of(line, problem, from, to);
        }
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public int from() {
        return from;
    }

    @Override
    public int to() {
        return to;
    }

    @Override
    public void appendCells(int first, int last, JsonWriter out) {
        find(first, last);
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            appendCell(values[i], out);
        }
    }

    /**
     * @param value in JSON; null if there is none
     */
    private static void appendCell(@Nullable String value, JsonWriter out) {
        if (value == null || value.equals("null")) {
            return;
        }
        if (value.startsWith("\"")) {
            byte[] quoted = value.getBytes(StandardCharsets.UTF_8);
            JsonReader string = new JsonReader(quoted);
            string.next();
            CsvCell.append(string.string(), out);
        } else {
            CsvCell.append(value, out);
        }
    }

    @Override
    public void appendMembers(int first, int last, JsonWriter out) {
        if (input.keepsAll()) {
            requireFreeNames(first, last);
            appendAll(first, last, out);
            return;
        }
        find(first, last);
        String separator = "";
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                out.append(separator).appendString(input.kept().get(i)).append(':');
                out.append(values[i]);
                separator = ",";
            }
        }
    }

    private void requireFreeNames(int first, int last) {
        json.restrict(first, last);
        json.next();
        while (json.nextMember()) {
            if (json.nameIn(input.takenNames(), Integer.MAX_VALUE) >= 0) {
                throw new ScoreException(
                        "A row has a member \"" + json.string() + "\", as the output has.",
                        "Leave it out of the rows, or choose what is kept: --keep id");
            }
            json.skip();
        }
    }

    /** Copies a row without its braces. */
    private void appendAll(int first, int last, JsonWriter out) {
        int start = first;
        int end = last;
        while (isBlank(text[start])) {
            start++;
        }
        while (isBlank(text[end - 1])) {
            end--;
        }
        start++;
        end--;
        while (start < end && isBlank(text[start])) {
            start++;
        }
        while (end > start && isBlank(text[end - 1])) {
            end--;
        }
        out.append(text, start, end - start);
    }

    /** Finds the values of a row's kept members. */
    private void find(int first, int last) {
        Arrays.fill(values, null);
        json.restrict(first, last);
        json.next();
        int guess = 0;
        while (json.nextMember()) {
            int index = json.nameIn(input.keptNames(), guess);
            int start = json.position();
            json.skip();
            if (index >= 0) {
                String value =
                        new String(text, start, json.position() - start, StandardCharsets.UTF_8);
                values[index] = value.strip();
                guess = index + 1;
            }
        }
    }
}
