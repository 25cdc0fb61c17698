package dev.onnxfunction.score;

import dev.onnxfunction.json.JsonWriter;

/** Writes a cell of CSV. */
final class CsvCell {

    private CsvCell() {}

    /**
     * Quotes a text if necessary, also the empty text, because an empty cell is a missing value.
     */
    static void append(String text, JsonWriter out) {
        if (isPlain(text)) {
            out.append(text);
        } else {
            out.append('"').append(text.replace("\"", "\"\"")).append('"');
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == ',' || next == '"' || next == '\n' || next == '\r') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
