package dev.onnxfunction.csv;

import dev.onnxfunction.json.JsonNumber;
import dev.onnxfunction.json.Utf8;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * Reads one text cell by cell. The current cell is valid until the next call. Not thread-safe; for
 * one text.
 */
final class Cells {

    private final byte[] text;
    private final int limit;
    private final JsonNumber number;
    private int position;
    private long line;

    /** Start of the current record, and its line number. */
    private int recordStart;

    private long recordLine;
    private boolean recordEnds;

    /** Start and end of the current cell, without its quotes. */
    private int start;

    private int end;
    private boolean quoted;

    /** The syntax error of the current record, as the end of a sentence. */
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

    /** Skips a byte order mark, which spreadsheets write at the start of a file. */
    void skipByteOrderMark() {
        if (Utf8.startsWithByteOrderMark(text, position, limit - position)) {
            position += 3;
        }
    }

    /** Whether all records have been read. */
    boolean isEmpty() {
        return position == limit;
    }

    int position() {
        return position;
    }

    /** Number of the next line. */
    long line() {
        return line;
    }

    /** Number of the line in which the current record begins. */
    long recordLine() {
        return recordLine;
    }

    void beginRecord() {
        recordStart = position;
        recordLine = line;
        recordEnds = false;
        defect = null;
    }

    /** Whether the current record has no further cell. */
    boolean recordEnds() {
        return recordEnds;
    }

    /**
     * Returns the syntax error of the current record, after reading all of it; null if there is
     * none.
     */
    @Nullable String defect() {
        return defect;
    }

    /**
     * Reads the next cell if it is a number in JSON's notation, without quotes.
     *
     * @return the number; null if the cell is something else, which is then not read
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

    /** Reads the next cell of the current record. */
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
        line += countLineFeeds(position, after);
        endCell(position + 1, after - 1, after);
    }

    private static boolean endsCell(byte next) {
        return next == ',' || next == '\n' || next == '\r';
    }

    /** Ends the current cell, and reads the separator after it. */
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

    /** Skips to the next record, because the rest of this one is meaningless. */
    private void breakOff(String problem) {
        defect = problem;
        recordEnds = true;
        int next = Records.end(text, recordStart, limit);
        if (next < 0) {
            throw new CsvException("has a quoted cell that does not end (line " + recordLine + ")");
        }
        line = recordLine + countLineFeeds(recordStart, next);
        position = next;
    }

    private int countLineFeeds(int from, int to) {
        int lines = 0;
        for (int at = from; at < to; at++) {
            lines += text[at] == '\n' ? 1 : 0;
        }
        return lines;
    }

    /** Whether the current cell is empty, with or without quotes. */
    boolean isEmptyCell() {
        return start == end;
    }

    /** Whether the current cell is in quotes. */
    boolean isQuoted() {
        return quoted;
    }

    /** Whether the current cell equals this ASCII text. */
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

    /** The current cell as a number in JSON's notation; null if it is not one. */
    @Nullable JsonNumber number() {
        return start < end && number.read(start) == end ? number : null;
    }

    /** The current cell as text. */
    String string() {
        String raw = new String(text, start, end - start, StandardCharsets.UTF_8);
        return quoted ? raw.replace("\"\"", "\"") : raw;
    }
}
