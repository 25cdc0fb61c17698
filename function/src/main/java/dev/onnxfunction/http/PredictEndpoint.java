package dev.onnxfunction.http;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.PredictionWriter;
import dev.onnxfunction.predict.RowReader;
import dev.onnxfunction.settings.Settings;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import java.util.function.Function;

/** {@code POST /predict}: one row or an array of rows, in one call of the model. Thread-safe. */
final class PredictEndpoint implements Function<Request, Answer> {

    private final OnnxModel model;
    private final Predict predict;
    private final RowReader reader;
    private final PredictionWriter writer;
    private final int maxRows;
    private final Observer observer;

    PredictEndpoint(OnnxModel model, Predict predict, Settings.Limits limits, Observer observer) {
        this.model = model;
        this.predict = predict;
        this.reader = new RowReader(model.features(), limits.maxRows(), limits.maxCells());
        this.writer = new PredictionWriter(model);
        this.maxRows = limits.maxRows();
        this.observer = observer;
    }

    @Override
    public Answer apply(Request request) {
        ByteBuf body = request.body();
        boolean shared = body.hasArray() && body.arrayOffset() == 0 && body.readerIndex() == 0;
        byte[] json = shared ? body.array() : ByteBufUtil.getBytes(body);
        try (Batch batch = model.batch()) {
            boolean array = reader.read(json, body.readableBytes(), batch);
            predict.applyAll(batch);
            observer.predicted(batch, request.trace());
            return Answer.ok(MediaTypes.JSON, writer.write(batch, array));
        } catch (RuntimeException e) {
            if (e instanceof InvalidRowsException invalid) {
                observer.refused(invalid.faults());
            }
            return RowFailures.answer(e, maxRows);
        }
    }
}
