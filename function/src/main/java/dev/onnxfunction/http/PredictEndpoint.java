package dev.onnxfunction.http;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.UNPROCESSABLE_ENTITY;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Faults;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.PredictionException;
import dev.onnxfunction.predict.PredictionWriter;
import dev.onnxfunction.predict.RowReader;
import dev.onnxfunction.predict.TooManyRowsException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import java.util.function.Function;

/** {@code POST /predict}: one row or an array of rows, in one call of the model. Thread-safe. */
final class PredictEndpoint implements Function<ByteBuf, Answer> {

    private final OnnxModel model;
    private final Predict predict;
    private final RowReader reader;
    private final PredictionWriter writer;
    private final int maxRows;

    PredictEndpoint(OnnxModel model, Predict predict, int maxRows) {
        this.model = model;
        this.predict = predict;
        this.reader = new RowReader(model.features(), maxRows);
        this.writer = new PredictionWriter(model);
        this.maxRows = maxRows;
    }

    @Override
    public Answer apply(ByteBuf body) {
        boolean shared = body.hasArray() && body.arrayOffset() == 0 && body.readerIndex() == 0;
        byte[] json = shared ? body.array() : ByteBufUtil.getBytes(body);
        try (Batch batch = model.batch()) {
            boolean array = reader.read(json, body.readableBytes(), batch);
            predict.applyAll(batch);
            JsonWriter predictions = writer.write(batch, array);
            return Answer.ok(
                    MediaTypes.JSON,
                    Unpooled.wrappedBuffer(predictions.bytes(), 0, predictions.length()));
        } catch (JsonException e) {
            return Problem.of(
                    BAD_REQUEST,
                    "Malformed JSON",
                    "The body "
                            + e.getMessage()
                            + ". Send one JSON object, feature name to value, or an array of"
                            + " such objects.");
        } catch (InvalidRowsException e) {
            return Problem.of(
                    BAD_REQUEST,
                    "Invalid features",
                    count(e.faults())
                            + " in the rows, nothing was predicted. GET /model tells"
                            + " what each feature must be.",
                    e.faults());
        } catch (TooManyRowsException e) {
            return Problem.of(
                    REQUEST_ENTITY_TOO_LARGE,
                    "Too many rows",
                    "The body has more than " + maxRows + " rows. Send them in several requests.");
        } catch (PredictionException e) {
            return Problem.of(
                    UNPROCESSABLE_ENTITY,
                    "Prediction failed",
                    "The model fails for "
                            + count(e.faults()).replace("fault", "row")
                            + ", nothing was predicted. Leave these rows out, or correct the"
                            + " model.",
                    e.faults());
        }
    }

    private static String count(Faults faults) {
        String listed =
                faults.total() > faults.listed().size()
                        ? ", of which the first " + faults.listed().size() + " are listed,"
                        : "";
        return faults.total() + (faults.total() == 1 ? " fault" : " faults") + listed;
    }
}
