package dev.onnxfunction.contract;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.explain.Explainer;
import dev.onnxfunction.explain.ExplanationWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.settings.Settings;

import java.util.function.Function;

/**
 * {@code POST /explain}: explains the prediction of one row, or of each row of an array. Creates
 * its explainer at the first request. Thread-safe.
 */
final class ExplainEndpoint implements Function<Request, Response> {

    private final OnnxModel model;
    private final Predict predict;
    private final Composition composition;
    private final int maxRows;
    private final int maxCells;
    private final Explainer explainer;

    ExplainEndpoint(OnnxModel model, Predict predict, Composition composition, Settings settings) {
        this.model = model;
        this.predict = predict;
        this.composition = composition;
        this.maxRows = settings.explainedRows();
        this.maxCells = settings.limits().maxCells();
        int samples = settings.explain().samples();
        this.explainer = new Explainer(model, samples);
    }

    @Override
    public Response apply(Request request) {
        try (Batch rows = model.batch(request.task())) {
            BatchReader reader = composition.reader(model, predict, maxRows, maxCells);
            boolean array = reader.read(request.body(), request.length(), rows);
            predict.applyAll(rows);
            return Response.ok(
                    MediaTypes.JSON,
                    new ExplanationWriter(model).write(explainer.explain(rows), array));
        } catch (RuntimeException e) {
            return RowFailures.answer(e, maxRows);
        }
    }
}
