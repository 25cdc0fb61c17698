package dev.onnxfunction.score;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;

import org.jspecify.annotations.Nullable;

/** The rows of one chunk. For one thread. */
interface Rows {

    boolean hasNext();

    /**
     * Adds the next row to the batch, unless it is refused.
     *
     * @return why it is refused; null if it is added
     */
    @Nullable Refusal read(Batch batch);

    /** Number of the line in which the row that was read last begins. */
    long line();

    /** First byte of the row that was read last. */
    int from();

    /** The byte after it, without the line break. */
    int to();

    /** Writes what is kept of a row that was read as cells of CSV, with commas between them. */
    void appendCells(int from, int to, JsonWriter out);

    /** Writes what is kept of a row that was read as members of JSON, with commas between them. */
    void appendMembers(int from, int to, JsonWriter out);
}
