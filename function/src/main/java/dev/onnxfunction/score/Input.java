package dev.onnxfunction.score;

import dev.onnxfunction.model.Batch;

import java.util.List;

/** What is known of an input beside its rows. Thread-safe. */
interface Input {

    /** Names of the columns that go into the output, in this order; empty if each row says it. */
    List<String> kept();

    /** Reads the rows of a chunk into a batch. */
    Rows rows(Chunk chunk, Batch batch);
}
