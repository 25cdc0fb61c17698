package dev.onnxfunction.score;

import dev.onnxfunction.json.Utf8;

/**
 * A part of the input, from the start of a row to the end of a row.
 *
 * @param text buffer that contains the part; must not change
 * @param from index of its first byte
 * @param to index after its last byte
 * @param line number of its first line in the input, as an editor shows it
 */
@SuppressWarnings("ArrayRecordComponent") // Chunks are not compared.
record Chunk(byte[] text, int from, int to, long line) {

    /** Number of line ends in it. */
    long lines() {
        long lines = 0;
        for (int at = from; at < to; at++) {
            lines += text[at] == '\n' ? 1 : 0;
        }
        return lines;
    }

    /** Number of the first line that is not UTF-8; negative if all are. */
    long lineNotInUtf8() {
        long number = line;
        int start = from;
        for (int at = from; at < to; at++) {
            if (text[at] == '\n' || at == to - 1) {
                if (!Utf8.isValid(text, start, at + 1 - start)) {
                    return number;
                }
                start = at + 1;
                number++;
            }
        }
        return -1;
    }

    /** The rest of it from a position on. */
    Chunk from(int place, long itsLine) {
        return new Chunk(text, place, to, itsLine);
    }
}
