package dev.onnxfunction.csv;

/** Finds where records end. A line break within a quoted cell does not end its record. */
final class Records {

    private Records() {}

    /**
     * The position after the last record that ends within a text with a line break.
     *
     * @param start where a record begins
     * @return {@code start} if none does
     */
    static int lastEnd(byte[] text, int start, int limit) {
        int last = start;
        int end = end(text, start, limit);
        while (end > last && text[end - 1] == '\n') {
            last = end;
            end = end(text, last, limit);
        }
        return last;
    }

    /**
     * The position after the record that begins here: after its line feed, or the end of the text
     * if that ends outside of quotes.
     *
     * @param start where a record begins
     * @return -1 if the text ends within a quoted cell
     */
    static int end(byte[] text, int start, int limit) {
        boolean cellBegins = true;
        int at = start;
        while (at < limit) {
            byte next = text[at++];
            if (next == '\n') {
                return at;
            }
            if (next == '"' && cellBegins) {
                at = quotedEnd(text, at, limit);
                if (at < 0) {
                    return -1;
                }
            }
            cellBegins = next == ',';
        }
        return limit;
    }

    /**
     * The position after the quote that closes a cell; doubled quotes do not close it.
     *
     * @param from after the opening quote
     * @return -1 if the text ends before
     */
    static int quotedEnd(byte[] text, int from, int limit) {
        for (int at = from; at < limit; at++) {
            if (text[at] == '"') {
                if (at + 1 == limit || text[at + 1] != '"') {
                    return at + 1;
                }
                at++;
            }
        }
        return -1;
    }
}
