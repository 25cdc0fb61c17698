package dev.onnxfunction.http;

import dev.onnxfunction.access.ApiKeys;
import dev.onnxfunction.metrics.Counts;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.settings.Settings;

import io.netty.handler.codec.http.HttpResponseStatus;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.BooleanSupplier;

/** What the function offers over HTTP, path by path. */
final class Endpoints {

    /** Whether the function lives and is ready; below it, one by one. */
    static final String HEALTH = "/actuator/health";

    private Endpoints() {}

    /**
     * @param settings of limits and of explanations
     * @param keys that a client must have one of; null if anybody may ask
     * @param counts what has happened, to be told
     * @param observer that is told of rows
     * @param ready whether requests are welcome
     */
    static Router of(
            OnnxModel model,
            Predict predict,
            Settings settings,
            @Nullable ApiKeys keys,
            Counts counts,
            Observer observer,
            BooleanSupplier ready) {
        int maxRows = settings.limits().maxRows();
        String modelDocument = ModelDocument.of(model);
        return new Router(
                List.of(
                        Endpoint.get(
                                "/",
                                MediaTypes.TEXT,
                                _ -> Answer.ok(MediaTypes.TEXT, "I'M ALIVE!")),
                        Endpoint.post(
                                "/predict",
                                MediaTypes.JSON,
                                new PredictEndpoint(model, predict, maxRows, observer)),
                        Endpoint.post(
                                        "/explain",
                                        MediaTypes.JSON,
                                        new ExplainEndpoint(model, predict, settings))
                                .slowly(),
                        Endpoint.get(
                                        "/openapi.json",
                                        MediaTypes.JSON,
                                        new OpenApiEndpoint(model, settings))
                                .slowly(),
                        Endpoint.get("/model", MediaTypes.JSON, _ -> json(modelDocument)),
                        Endpoint.get(
                                HEALTH,
                                MediaTypes.JSON,
                                _ -> health(ready, ",\"groups\":[\"liveness\",\"readiness\"]")),
                        Endpoint.get(
                                HEALTH + "/liveness",
                                MediaTypes.JSON,
                                _ -> json("{\"status\":\"UP\"}")),
                        Endpoint.get(
                                HEALTH + "/readiness", MediaTypes.JSON, _ -> health(ready, "")),
                        Endpoint.get(
                                        "/actuator/prometheus",
                                        MediaTypes.METRICS,
                                        _ -> Answer.ok(MediaTypes.METRICS, counts.text()))
                                .slowly()),
                keys);
    }

    private static Answer health(BooleanSupplier ready, String groups) {
        return ready.getAsBoolean()
                ? json("{\"status\":\"UP\"" + groups + "}")
                : json("{\"status\":\"OUT_OF_SERVICE\"" + groups + "}")
                        .with(HttpResponseStatus.SERVICE_UNAVAILABLE, "out-of-service");
    }

    private static Answer json(String document) {
        return Answer.ok(MediaTypes.JSON, document);
    }
}
