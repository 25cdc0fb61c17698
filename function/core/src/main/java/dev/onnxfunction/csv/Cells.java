package dev.onnxfunction.csv;

import dev.onnxfunction.json.JsonNumber;
import dev.onnxfunction.json.Utf8;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * Reads one text cell by cell. A cell is at hand until the next call. For one thread and one text.
 */
final class Cells {

    private final byte[] text;
    private final int limit;
    private final JsonNumber number;
    private int position;
    private long line;

    /** Where the record at hand begins, and its line. */
    private int recordStart;

    private long recordLine;
    private boolean recordEnds;

    /** Where the cell at hand begins and ends, without its quotes. */
    private int start;

    private int end;
    private boolean quoted;

    /** What breaks the grammar in the record at hand, as the end of a sentence. */
    private @Nullable String defect;

    /**
     * @param line number of the first line, as an editor shows it
     * @throws CsvException if it is not UTF-8
     */
    Cells(byte[] text, int from, int limit, long line) {
        this.text = text;
        this.limit = limit;
        this.number = new JsonNumber(text, limit);
        this.position = from;
        this.line = line;
        if (!Utf8.isValid(text, from, limit - from)) {
            throw new CsvException("is not UTF-8");
        }
    }

    /** Skips a byte order mark, with which spreadsheets begin a file. */
    void skipByteOrderMark() {
        if (Utf8.startsWithByteOrderMark(text, position, limit - position)) {
            position += 3;
        }
    }

    /** Whether no record is left. */
    boolean isEmpty() {
        return position == limit;
    }

    int position() {
        return position;
    }

    /** Number of the line that is next. */
    long line() {
        return line;
    }

    /** Number of the line in which the record at hand begins. */
    long recordLine() {
        return recordLine;
    }

    void beginRecord() {
        recordStart = position;
        recordLine = line;
        recordEnds = false;
        defect = null;
    }

    /** Whether the record at hand has no further cell. */
    boolean recordEnds() {
        return recordEnds;
    }

    /**
     * What breaks the grammar in the record at hand, all of which is then read; null if nothing.
     */
    @Nullable String defect() {
        return defect;
    }

    /**
     * Reads the next cell if it is a number, as JSON writes it, without quotes.
     *
     * @return the number; null if the cell is something else, of which nothing is read
     */
    @Nullable JsonNumber nextNumber() {
        if (position == limit || text[position] > '9' || text[position] < '-') {
            return null;
        }
        int after = number.read(position);
        if (after < 0 || (after < limit && !endsCell(text[after]))) {
            return null;
        }
        quoted = false;
        endCell(position, after, after);
        return number;
    }

    /** Reads the next cell of the record at hand. */
    void next() {
        quoted = position < limit && text[position] == '"';
        if (quoted) {
            nextQuoted();
            return;
        }
        int at = position;
        while (at < limit && !endsCell(text[at])) {
            if (text[at] == '"') {
                breakOff("has a quote in a cell that does not begin with one");
                return;
            }
            at++;
        }
        endCell(position, at, at);
    }

    private void nextQuoted() {
        int after = Records.quotedEnd(text, position + 1, limit);
        if (after < 0) {
            throw new CsvException("has a quoted cell that does not end (line " + line + ")");
        }
        if (after < limit && !endsCell(text[after])) {
            breakOff("has text after the closing quote of a cell");
            return;
        }
        line += lineFeeds(position, after);
        endCell(position + 1, after - 1, after);
    }

    private static boolean endsCell(byte next) {
        return next == ',' || next == '\n' || next == '\r';
    }

    /** The cell at hand ends, and what separates it from the next one is read. */
    private void endCell(int from, int to, int after) {
        start = from;
        end = to;
        if (after == limit) {
            position = limit;
            recordEnds = true;
        } else if (text[after] == ',') {
            position = after + 1;
        } else if (text[after] == '\n') {
            position = after + 1;
            endLine();
        } else if (after + 1 < limit && text[after] == '\r' && text[after + 1] == '\n') {
            position = after + 2;
            endLine();
        } else {
            breakOff("has a carriage return without a line feed");
        }
    }

    private void endLine() {
        line++;
        recordEnds = true;
    }

    /** Goes on to the next record, because the rest of this one means nothing. */
    private void breakOff(String problem) {
        defect = problem;
        recordEnds = true;
        int next = Records.end(text, recordStart, limit);
        if (next < 0) {
            throw new CsvException("has a quoted cell that does not end (line " + recordLine + ")");
        }
        line = recordLine + lineFeeds(recordStart, next);
        position = next;
    }

    private int lineFeeds(int from, int to) {
        int lines = 0;
        for (int at = from; at < to; at++) {
            lines += text[at] == '\n' ? 1 : 0;
        }
        return lines;
    }

    /** Whether the cell at hand is empty; with quotes around nothing, it is, too. */
    boolean isEmptyCell() {
        return start == end;
    }

    /** Whether the cell at hand is in quotes. */
    boolean isQuoted() {
        return quoted;
    }

    /** Whether the cell at hand is this, in ASCII. */
    boolean is(String word) {
        if (end - start != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (text[start + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The cell at hand as a number, as JSON writes it; null if it is none. */
    @Nullable JsonNumber number() {
        return start < end && number.read(start) == end ? number : null;
    }

    /** The cell at hand as text. */
    String string() {
        String raw = new String(text, start, end - start, StandardCharsets.UTF_8);
        return quoted ? raw.replace("\"\"", "\"") : raw;
    }
}
