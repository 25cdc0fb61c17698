package dev.onnxfunction.http;

import dev.onnxfunction.explain.Explainer;
import dev.onnxfunction.explain.ExplanationWriter;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.RowReader;
import dev.onnxfunction.settings.Settings;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/**
 * {@code POST /explain}: why one row, or each of an array, is predicted as it is. Makes what it
 * needs at the first request. Thread-safe.
 */
final class ExplainEndpoint implements Function<ByteBuf, Answer> {

    private final OnnxModel model;
    private final Predict predict;
    private final Settings.Explain settings;
    private final int maxRows;
    private @Nullable Explainer explainer;

    ExplainEndpoint(OnnxModel model, Predict predict, Settings settings) {
        this.model = model;
        this.predict = predict;
        this.settings = settings.explain();
        this.maxRows = Math.min(this.settings.maxRows(), settings.limits().maxRows());
    }

    @Override
    public Answer apply(ByteBuf body) {
        byte[] json = ByteBufUtil.getBytes(body);
        try (Batch rows = model.batch()) {
            RowReader reader = new RowReader(model.features(), maxRows);
            boolean array = reader.read(json, json.length, rows);
            predict.applyAll(rows);
            JsonWriter explanations =
                    new ExplanationWriter(model).write(explainer().explain(rows), array);
            return Answer.ok(
                    MediaTypes.JSON,
                    Unpooled.wrappedBuffer(explanations.bytes(), 0, explanations.length()));
        } catch (RuntimeException e) {
            return RowFailures.answer(e, maxRows);
        }
    }

    private synchronized Explainer explainer() {
        Explainer known = explainer;
        if (known == null) {
            known = new Explainer(model, settings.samples());
            explainer = known;
        }
        return known;
    }
}
