package dev.onnxfunction.csv;

import dev.onnxfunction.json.JsonNumber;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.FeatureType;
import dev.onnxfunction.predict.Fault;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the rows of one text, or of a part of it that begins and ends with a record, one by one.
 *
 * <p>A cell has the type of its feature: a number as JSON writes it, {@code true} or {@code false},
 * or text. Quotes around it change nothing, except that {@code ""} is the empty text of a string,
 * while an empty cell is a missing value. For one thread.
 */
public final class CsvRows {

    private final Cells cells;
    private final CsvHeader header;
    private final @Nullable Column[] features;
    private final List<Fault> faults = new ArrayList<>();
    private int row = -1;

    private CsvRows(Cells cells, CsvHeader header) {
        this.cells = cells;
        this.header = header;
        this.features = header.features();
    }

    /**
     * Reads the header of a text.
     *
     * @param columns of the model
     * @throws CsvException if it is not UTF-8, or its header cannot be used
     */
    public static CsvRows of(byte[] text, int length, List<Column> columns) {
        Cells cells = new Cells(text, 0, length, 1);
        return new CsvRows(cells, CsvHeader.read(cells, columns));
    }

    /**
     * Goes on in a part of a text.
     *
     * @param header of the text
     * @param line number of the part's first line in the text, as an editor shows it
     * @throws CsvException if it is not UTF-8
     */
    public static CsvRows continued(CsvHeader header, byte[] text, int from, int limit, long line) {
        return new CsvRows(new Cells(text, from, limit, line), header);
    }

    /**
     * Where a long text can be cut to be read in parts: after the last record that ends with a line
     * break.
     *
     * @param start where a record begins
     * @return {@code start} if no record ends
     */
    public static int lastEnd(byte[] text, int start, int limit) {
        return Records.lastEnd(text, start, limit);
    }

    /** The header that the rows have. */
    public CsvHeader header() {
        return header;
    }

    /** Whether there is another row. */
    public boolean hasNext() {
        return !cells.isEmpty();
    }

    /** Where in the text the next row begins. */
    public int position() {
        return cells.position();
    }

    /** Number of the line in which the row that was read last begins, as an editor shows it. */
    public long line() {
        return cells.recordLine();
    }

    /** Number of the line that is next. */
    public long nextLine() {
        return cells.line();
    }

    /**
     * Adds the next row to a batch of the model.
     *
     * @return everything that is wrong with it, empty if nothing is; the list is used again for the
     *     next row. Rows are counted from 0 in this text or part
     * @throws CsvException if it has a quoted cell that does not end
     */
    public List<Fault> read(Batch batch) {
        row++;
        faults.clear();
        batch.addRow();
        cells.beginRecord();
        int count = 0;
        while (!cells.recordEnds()) {
            Column feature = count < features.length ? features[count] : null;
            count++;
            if (feature == null) {
                cells.next();
            } else {
                add(feature, cell(batch, feature));
            }
        }
        String misshapen = misshapen(count);
        if (misshapen != null) {
            faults.clear(); // Its cells may be those of other columns.
            faults.add(new Fault(row, null, misshapen + " (line " + cells.recordLine() + ")"));
            return faults;
        }
        for (CsvHeader.Absent absent : header.absent()) {
            add(
                    absent.feature(),
                    absent.feature().putMissing(batch, true) == null ? null : absent.problem());
        }
        return faults;
    }

    private @Nullable String misshapen(int count) {
        if (cells.defect() != null) {
            return cells.defect();
        }
        return count == features.length
                ? null
                : "has "
                        + count
                        + (count == 1 ? " cell" : " cells")
                        + ", must have "
                        + features.length
                        + " as the header has";
    }

    private void add(Column feature, @Nullable String problem) {
        if (problem != null) {
            faults.add(new Fault(row, feature.feature().name(), problem));
        }
    }

    private @Nullable String cell(Batch batch, Column feature) {
        if (feature.feature().type() == FeatureType.STRING) {
            cells.next();
            return cells.isEmptyCell() && !cells.isQuoted()
                    ? feature.putMissing(batch, true)
                    : feature.put(batch, cells.string());
        }
        JsonNumber number = cells.nextNumber();
        if (number != null) {
            return feature.put(batch, number);
        }
        cells.next();
        return cells.defect() == null ? word(batch, feature) : null;
    }

    /** A cell of a feature that is no string, and is no number without quotes. */
    private @Nullable String word(Batch batch, Column feature) {
        if (cells.isEmptyCell()) {
            return feature.putMissing(batch, true);
        }
        JsonNumber number = cells.number();
        if (number != null) {
            return feature.put(batch, number);
        }
        boolean yes = cells.is("true");
        return yes || cells.is("false") ? feature.put(batch, yes) : feature.mustBe("a string");
    }
}
