package dev.onnxfunction.csv;

import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.fault.Fault;
import dev.onnxfunction.json.JsonNumber;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the rows of one text, or of a part that begins and ends at a record, one by one.
 *
 * <p>A cell has the type of its feature: a number in JSON's notation, {@code true} or {@code
 * false}, or text. Quotes around it change nothing, except that {@code ""} is the empty string of a
 * string feature, while an empty cell is a missing value. Not thread-safe.
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
     * @param columns columns of the model
     * @throws CsvException if it is not UTF-8, or its header is invalid
     */
    public static CsvRows of(byte[] text, int length, List<Column> columns) {
        Cells cells = new Cells(text, 0, length, 1);
        return new CsvRows(cells, CsvHeader.read(cells, columns));
    }

    /**
     * Continues with a part of a text.
     *
     * @param header header of the text
     * @param line number of the part's first line in the text, as an editor shows it
     * @throws CsvException if it is not UTF-8
     */
    public static CsvRows continued(CsvHeader header, byte[] text, int from, int limit, long line) {
        return new CsvRows(new Cells(text, from, limit, line), header);
    }

    /**
     * Position at which a long text can be split: after the last record that ends with a line
     * break.
     *
     * @param start start of a record
     * @return {@code start} if no record ends
     */
    public static int lastEnd(byte[] text, int start, int limit) {
        return Records.lastEnd(text, start, limit);
    }

    /** The header of the rows. */
    public CsvHeader header() {
        return header;
    }

    /** Whether there is another row. */
    public boolean hasNext() {
        return !cells.isEmpty();
    }

    /** Start of the next row in the text. */
    public int position() {
        return cells.position();
    }

    /** Number of the line in which the last row begins, as an editor shows it. */
    public long line() {
        return cells.recordLine();
    }

    /** Number of the next line. */
    public long nextLine() {
        return cells.line();
    }

    /**
     * Reads the next row into a batch of the model.
     *
     * @return its faults, empty if there are none; the list is reused for the next row. Rows are
     *     numbered from 0 in this text or part
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
            faults.clear(); // Its cells may belong to other columns.
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

    /** Reads a cell that is not an unquoted number, of a feature that is not a string. */
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
