package dev.onnxfunction.explain;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;

import java.util.function.Consumer;

/**
 * What a model predicts for rows that are made one after the other: many of them in each call of
 * the runtime, and only so many that their memory stays small.
 */
final class Evaluations implements AutoCloseable {

    private final OnnxModel model;
    private final Consumer<Batch> maker;
    private Batch batch;
    private long left;
    private int read;

    /**
     * @param rows how many there are
     * @param maker adds the next row to a batch
     */
    Evaluations(OnnxModel model, long rows, Consumer<Batch> maker) {
        this.model = model;
        this.left = rows;
        this.maker = maker;
        this.batch = model.batch();
    }

    /**
     * The prediction for the next row.
     *
     * @throws dev.onnxfunction.model.RunException if the model fails
     */
    double next() {
        if (read == batch.size()) {
            fill();
        }
        return batch.prediction(read++);
    }

    private void fill() {
        batch.close();
        batch = model.batch();
        read = 0;
        long rows = Math.min(left, batch.handySize());
        for (int row = 0; row < rows; row++) {
            maker.accept(batch);
        }
        left -= rows;
        model.run(batch, 0, batch.size());
    }

    @Override
    public void close() {
        batch.close();
    }
}
