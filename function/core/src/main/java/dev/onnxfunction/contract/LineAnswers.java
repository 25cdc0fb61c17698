package dev.onnxfunction.contract;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.observe.TraceContext;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.BatchWriter;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.PredictionWriter;

import org.jspecify.annotations.Nullable;

/**
 * Answers a line alone: if rows pass through functions, or if the model fails for a batch.
 * Thread-safe.
 */
final class LineAnswers {

    /** The request that a line belongs to. */
    record Asked(TraceContext trace, Observer observer, Task task) {}

    private final ServedModel served;
    private final BatchReader reader;
    private final BatchWriter writer;
    private final PredictionWriter predictions;

    LineAnswers(ServedModel served) {
        Composition composition = served.composition();
        this.served = served;
        this.reader =
                composition.reader(
                        served.model(), served.predict(), 1, served.settings().limits().maxCells());
        this.writer = composition.writer(served.model(), served.predict());
        this.predictions = new PredictionWriter(served.model());
    }

    /** Writes the response line of a predicted row. */
    void write(Batch batch, int row, JsonWriter out) {
        predictions.write(batch, row, out);
        out.append('\n');
    }

    /**
     * Predicts the row of a line and writes its response line.
     *
     * @param row its number, for its faults
     * @return the error if the row is refused; null if its prediction is written
     */
    @Nullable Response answer(byte[] line, int row, Asked asked, JsonWriter out) {
        try (Batch batch = served.model().batch(asked.task())) {
            if (reader.read(line, line.length, batch)) {
                return RowRefusal.malformed("is a list");
            }
            served.predict().applyAll(batch);
            JsonWriter answer = writer.write(batch, false);
            asked.observer().predicted(batch, asked.trace());
            out.append(answer).append('\n');
            return null;
        } catch (InvalidRowsException e) {
            asked.observer().refused(e.faults());
            return RowRefusal.of(e, row);
        } catch (RuntimeException e) {
            return RowRefusal.of(e, row);
        }
    }
}
