package dev.onnxfunction.score;

import dev.onnxfunction.json.Utf8;

/**
 * A part of the input that begins and ends with a row.
 *
 * @param text with the part in it; nobody changes it
 * @param from its first byte
 * @param to the byte after it
 * @param line number of its first line in the input, as an editor shows it
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares chunks.
record Chunk(byte[] text, int from, int to, long line) {

    /** How many lines end in it. */
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

    /** All of it from a place on. */
    Chunk from(int place, long itsLine) {
        return new Chunk(text, place, to, itsLine);
    }
}
