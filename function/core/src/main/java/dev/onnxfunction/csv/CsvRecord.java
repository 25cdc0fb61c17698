package dev.onnxfunction.csv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Positions of the cells of one record, for copying some of them. Not thread-safe. */
public final class CsvRecord {

    private byte[] text = {};
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int size;

    /**
     * Moves to a record that {@link CsvRows} has read without a syntax error.
     *
     * @param from index of its first byte
     * @param to index after its last cell, without the line break
     */
    public void split(byte[] text, int from, int to) {
        this.text = text;
        size = 0;
        int at = from;
        do {
            int end = at;
            if (at < to && text[at] == '"') {
                end = Records.quotedEnd(text, at + 1, to);
            } else {
                while (end < to && text[end] != ',') {
                    end++;
                }
            }
            add(at, end);
            at = end + 1;
        } while (at <= to);
    }

    private void add(int start, int end) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
        }
        starts[size] = start;
        ends[size] = end;
        size++;
    }

    /** Number of cells. */
    public int size() {
        return size;
    }

    /** Start of a cell, including quotes. */
    public int start(int cell) {
        return starts[cell];
    }

    /** End of a cell, including quotes. */
    public int end(int cell) {
        return ends[cell];
    }

    /** Whether a cell is in quotes. */
    boolean isQuoted(int cell) {
        return starts[cell] < ends[cell] && text[starts[cell]] == '"';
    }

    /** Whether a cell has neither text nor quotes. */
    public boolean isEmpty(int cell) {
        return starts[cell] == ends[cell];
    }

    /** A cell's text, without its quotes. */
    public String text(int cell) {
        int quote = isQuoted(cell) ? 1 : 0;
        int start = starts[cell] + quote;
        String raw = new String(text, start, ends[cell] - quote - start, StandardCharsets.UTF_8);
        return quote == 1 ? raw.replace("\"\"", "\"") : raw;
    }
}
