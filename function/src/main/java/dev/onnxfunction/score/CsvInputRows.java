package dev.onnxfunction.score;

import dev.onnxfunction.csv.CsvRecord;
import dev.onnxfunction.csv.CsvRows;
import dev.onnxfunction.fault.Fault;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The rows of a chunk in CSV. */
final class CsvInputRows implements InputRows {

    private final CsvInput input;
    private final byte[] text;
    private final CsvRows rows;
    private final CsvRecord record = new CsvRecord();
    private int from;

    CsvInputRows(CsvInput input, Chunk chunk, CsvRows rows) {
        this.input = input;
        this.text = chunk.text();
        this.rows = rows;
    }

    @Override
    public boolean hasNext() {
        return rows.hasNext();
    }

    @Override
    public @Nullable Refusal read(Batch batch) {
        from = rows.position();
        List<Fault> faults = rows.read(batch);
        if (faults.isEmpty()) {
            return null;
        }
        batch.removeRow();
        return new Refusal(line(), faults.stream().map(this::withoutLine).toList(), from, to());
    }

    /** The refusal already has the number of the line. */
    private Fault withoutLine(Fault fault) {
        String problem = fault.problem().replace(" (line " + line() + ")", "");
        return new Fault(fault.row(), fault.feature(), problem);
    }

    @Override
    public long line() {
        return rows.line();
    }

    @Override
    public int from() {
        return from;
    }

    @Override
    public int to() {
        int to = rows.position();
        if (to > from && text[to - 1] == '\n') {
            to--;
            if (to > from && text[to - 1] == '\r') {
                to--;
            }
        }
        return to;
    }

    @Override
    public void appendCells(int first, int last, JsonWriter out) {
        if (input.keepsAll()) {
            out.append(text, first, last - first);
            return;
        }
        record.split(text, first, last);
        for (int i = 0; i < input.kept().size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            int cell = input.place(i);
            out.append(text, record.start(cell), record.end(cell) - record.start(cell));
        }
    }

    @Override
    public void appendMembers(int first, int last, JsonWriter out) {
        record.split(text, first, last);
        for (int i = 0; i < input.kept().size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            out.appendString(input.kept().get(i)).append(':');
            appendValue(i, out);
        }
    }

    private void appendValue(int index, JsonWriter out) {
        int cell = input.place(index);
        String value = record.text(cell);
        if (input.isText(index)) {
            if (record.isEmpty(cell)) {
                out.append("null");
            } else {
                out.appendString(value);
            }
        } else {
            out.append(value.isEmpty() ? "null" : value); // It was read as a number or boolean.
        }
    }
}
