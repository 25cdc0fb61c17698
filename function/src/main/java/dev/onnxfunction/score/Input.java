package dev.onnxfunction.score;

import dev.onnxfunction.model.Batch;

import java.util.List;

/** An input without its rows. Thread-safe. */
interface Input {

    /** Names of the columns to copy into the output, in order; empty if each row has its own. */
    List<String> kept();

    /** Reads the rows of a chunk into a batch. */
    InputRows rows(Chunk chunk, Batch batch);
}
