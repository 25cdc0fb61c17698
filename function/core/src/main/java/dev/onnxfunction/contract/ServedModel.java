package dev.onnxfunction.contract;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.sample.RequestSamples;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;

import java.util.function.BooleanSupplier;

/**
 * The model as endpoints serve it, and all that they need beside it.
 *
 * @param composition that rows go through
 * @param observer that is told of rows
 * @param samples that rollouts may ask for; null if none may
 * @param ready whether requests are welcome
 */
public record ServedModel(
        OnnxModel model,
        Predict predict,
        Composition composition,
        Settings settings,
        Observer observer,
        @Nullable RequestSamples samples,
        BooleanSupplier ready) {

    /** What paths of protocols call it. */
    public ModelName name() {
        return ModelName.of(model, settings);
    }

    /** An endpoint that predicts rows of a format, all in one call of the model. */
    public Endpoint predicting(String path, RowFormat format) {
        PredictEndpoint endpoint = new PredictEndpoint(this, format);
        return Endpoint.post(
                path, MediaTypes.JSON, endpoint, endpoint::lane, settings.predict().timeout());
    }

    /** What a probe gets, each in JSON: 503 with the latter while requests are not welcome. */
    public Response readiness(String up, String down) {
        return ready.getAsBoolean()
                ? Response.ok(MediaTypes.JSON, up)
                : Response.ok(MediaTypes.JSON, down)
                        .with(503, "out-of-service")
                        .with("retry-after", "1");
    }
}
