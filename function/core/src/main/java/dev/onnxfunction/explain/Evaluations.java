package dev.onnxfunction.explain;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.model.Task;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Predicts rows that are created one after the other, many in each call of the runtime, but few
 * enough that their memory stays small.
 */
final class Evaluations implements AutoCloseable {

    private final OnnxModel model;
    private final Task task;
    private final Consumer<Batch> maker;
    private Batch batch;
    private long left;
    private int read;

    /**
     * @param task task of the request
     * @param rows number of rows
     * @param maker adds the next row to a batch
     */
    Evaluations(OnnxModel model, Task task, long rows, Consumer<Batch> maker) {
        this.model = model;
        this.task = task;
        this.left = rows;
        this.maker = maker;
        this.batch = model.batch(task);
    }

    /**
     * Returns the predictions for rows.
     *
     * @param task task of the request
     * @param rows number of rows
     * @param maker adds the row of an index, from 0 on, to a batch
     * @throws dev.onnxfunction.model.RunException if the model fails
     */
    static double[] all(OnnxModel model, Task task, int rows, ObjIntConsumer<Batch> maker) {
        double[] predictions = new double[rows];
        int[] next = {0};
        try (Evaluations evaluations =
                new Evaluations(model, task, rows, batch -> maker.accept(batch, next[0]++))) {
            Arrays.setAll(predictions, _ -> evaluations.next());
        }
        return predictions;
    }

    /**
     * Returns the prediction for the next row.
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
        batch = model.batch(task);
        read = 0;
        long rows = Math.min(left, batch.preferredBatchSize());
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
