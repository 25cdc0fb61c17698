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
 * The model and everything that endpoints need to serve it.
 *
 * @param composition functions that rows pass through
 * @param observer notified of rows
 * @param samples copies of requests for rollouts; null if none are made
 * @param ready whether the function accepts requests
 */
public record ServedModel(
        OnnxModel model,
        Predict predict,
        Composition composition,
        Settings settings,
        Observer observer,
        @Nullable RequestSamples samples,
        BooleanSupplier ready) {

    /** The model's name in the paths of protocols. */
    public ModelName name() {
        return ModelName.of(model, settings);
    }

    /**
     * The response to a readiness probe, in JSON: {@code up}, or 503 with {@code down} while the
     * function does not accept requests.
     */
    public Response readiness(String up, String down) {
        return ready.getAsBoolean()
                ? Response.ok(MediaTypes.JSON, up)
                : Response.ok(MediaTypes.JSON, down)
                        .with(503, "out-of-service")
                        .with("retry-after", "1");
    }
}
