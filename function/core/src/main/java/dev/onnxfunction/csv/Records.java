package dev.onnxfunction.csv;

/** Finds the ends of records. A line break within a quoted cell does not end its record. */
final class Records {

    private Records() {}

    /**
     * Returns the position after the last record that ends within a text with a line break.
     *
     * @param start start of a record
     * @return {@code start} if there is none
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
     * Returns the position after a record: after its line feed, or the end of the text if it ends
     * outside quotes.
     *
     * @param start start of a record
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
     * Returns the position after the quote that closes a cell; doubled quotes do not close it.
     *
     * @param from position after the opening quote
     * @return -1 if the text ends first
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
