package dev.onnxfunction.contract;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.BatchWriter;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.sample.RequestSamples;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/** {@code POST /predict}: one row or an array of rows, in one call of the model. Thread-safe. */
final class PredictEndpoint implements Function<Request, Response> {

    /** A body up to this size, in bytes, may be answered on the event loop. */
    static final int SMALL_BODY = 16 * 1024;

    /** Bytes of {@code {},}: a row of which all may be missing. */
    private static final int SHORTEST_ROW = 3;

    private final OnnxModel model;
    private final Predict predict;
    private final BatchReader reader;
    private final BatchWriter writer;
    private final boolean direct;
    private final int maxRows;
    private final Observer observer;
    private final @Nullable RequestSamples samples;

    /**
     * @param composition that rows go through
     * @param observer of the rows of clients
     * @param samples that rollouts may ask for; null if none may
     */
    PredictEndpoint(
            OnnxModel model,
            Predict predict,
            Composition composition,
            Settings.Limits limits,
            Observer observer,
            @Nullable RequestSamples samples) {
        this.model = model;
        this.predict = predict;
        this.reader = composition.reader(model, predict, limits.maxRows(), limits.maxCells());
        this.writer = composition.writer(model, predict);
        this.direct = !composition.hasFunctions();
        this.maxRows = limits.maxRows();
        this.observer = observer;
        this.samples = samples;
    }

    /**
     * Where it is answered: a small body on the event loop, unless the model has shown that it
     * takes its time, or functions of others are part of it.
     */
    Lane lane(Request request) {
        int bytes = request.length();
        int quick = model.quickRows();
        boolean slow =
                !direct
                        || bytes > SMALL_BODY
                        || quick == 0
                        || (bytes / SHORTEST_ROW >= quick && rowsAtMost(request) > quick);
        return slow ? Lane.PREDICTIONS : Lane.LOOP;
    }

    /** Each row begins with a brace. */
    private static int rowsAtMost(Request request) {
        byte[] body = request.body();
        int braces = 0;
        for (int i = 0; i < request.length(); i++) {
            braces += body[i] == '{' ? 1 : 0;
        }
        return braces;
    }

    @Override
    public Response apply(Request request) {
        try (Batch batch = model.batch(request.task())) {
            boolean array = reader.read(request.body(), request.length(), batch);
            predict.applyAll(batch);
            boolean client = !request.rollout();
            if (client) {
                observer.predicted(batch, request.trace());
            }
            JsonWriter answer = writer.write(batch, array);
            if (client && samples != null) {
                samples.offer(request.body(), request.length(), answer);
            }
            return Response.ok(MediaTypes.JSON, answer);
        } catch (RuntimeException e) {
            if (e instanceof InvalidRowsException invalid && !request.rollout()) {
                observer.refused(invalid.faults());
            }
            return RowFailures.answer(e, maxRows);
        }
    }
}
