package dev.onnxfunction.http;

import dev.onnxfunction.access.ApiKeys;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.settings.Settings;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** What the function offers over HTTP, path by path. */
final class Endpoints {

    /** Whether the function lives and is ready; below it, one by one. */
    static final String HEALTH = "/actuator/health";

    private Endpoints() {}

    /**
     * @param settings of limits and of explanations
     * @param keys that a client must have one of; null if anybody may ask
     * @param ready whether requests are welcome
     */
    static Router of(
            OnnxModel model,
            Predict predict,
            Settings settings,
            @Nullable ApiKeys keys,
            BooleanSupplier ready) {
        String modelDocument = ModelDocument.of(model);
        return new Router(
                Map.of(
                        "/",
                        Endpoint.get(MediaTypes.TEXT, text("I'M ALIVE!")),
                        "/predict",
                        Endpoint.post(
                                MediaTypes.JSON,
                                new PredictEndpoint(model, predict, settings.limits().maxRows())),
                        "/explain",
                        Endpoint.post(
                                        MediaTypes.JSON,
                                        new ExplainEndpoint(model, predict, settings))
                                .slowly(),
                        "/openapi.json",
                        Endpoint.get(MediaTypes.JSON, new OpenApiEndpoint(model, settings))
                                .slowly(),
                        "/model",
                        Endpoint.get(MediaTypes.JSON, json(modelDocument)),
                        HEALTH,
                        Endpoint.get(
                                MediaTypes.JSON,
                                _ -> health(ready, ",\"groups\":[\"liveness\",\"readiness\"]")),
                        HEALTH + "/liveness",
                        Endpoint.get(MediaTypes.JSON, json("{\"status\":\"UP\"}")),
                        HEALTH + "/readiness",
                        Endpoint.get(MediaTypes.JSON, _ -> health(ready, ""))),
                keys);
    }

    private static Answer health(BooleanSupplier ready, String groups) {
        return ready.getAsBoolean()
                ? Answer.ok(MediaTypes.JSON, "{\"status\":\"UP\"" + groups + "}")
                : Answer.ok(MediaTypes.JSON, "{\"status\":\"OUT_OF_SERVICE\"" + groups + "}")
                        .with(HttpResponseStatus.SERVICE_UNAVAILABLE);
    }

    private static Function<ByteBuf, Answer> text(String text) {
        return _ -> Answer.ok(MediaTypes.TEXT, text);
    }

    private static Function<ByteBuf, Answer> json(String document) {
        return _ -> Answer.ok(MediaTypes.JSON, document);
    }
}
