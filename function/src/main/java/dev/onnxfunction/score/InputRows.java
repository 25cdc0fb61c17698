package dev.onnxfunction.score;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;

import org.jspecify.annotations.Nullable;

/** The rows of one chunk. Not thread-safe. */
interface InputRows {

    boolean hasNext();

    /**
     * Reads the next row into the batch, unless it is refused.
     *
     * @return the refusal; null if it is added
     */
    @Nullable Refusal read(Batch batch);

    /** Number of the line in which the last row begins. */
    long line();

    /** Index of the last row's first byte. */
    int from();

    /** Index after its last byte, without the line break. */
    int to();

    /** Writes the kept cells of a row as CSV, separated by commas. */
    void appendCells(int from, int to, JsonWriter out);

    /** Writes the kept members of a row as JSON, separated by commas. */
    void appendMembers(int from, int to, JsonWriter out);
}
