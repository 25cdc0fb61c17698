package dev.onnxfunction.compose;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.Predict;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Reads rows as maps, applies the functions before the model, and adds the results to the batch.
 */
final class ComposedReader implements BatchReader {

    /**
     * Bytes of a body above which bodies are processed one at a time, because maps take up to 30
     * times as much memory.
     */
    private static final int SMALL = 64 * 1024;

    private static final Semaphore LARGE = new Semaphore(1, true);

    private final Predict predict;
    private final List<Step> steps;
    private final MapReader reader;

    ComposedReader(Predict predict, List<Step> steps, MapReader reader) {
        this.predict = predict;
        this.steps = steps;
        this.reader = reader;
    }

    @Override
    public boolean read(byte[] body, int length, Batch batch) {
        if (length <= SMALL) {
            return readNow(body, length, batch);
        }
        batch.task().interruptibly(this::acquire);
        try {
            return readNow(body, length, batch);
        } finally {
            LARGE.release();
        }
    }

    private boolean readNow(byte[] body, int length, Batch batch) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        boolean array = reader.read(body, length, rows);
        List<Object> results = StepCall.applyAll(steps, new ArrayList<>(rows), batch.task());
        predict.read(results.stream().map(RowMaps::asMap).toList(), batch);
        return array;
    }

    private boolean acquire() {
        try {
            LARGE.acquire();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException("Interrupted while another body is read.", e);
        }
    }
}
