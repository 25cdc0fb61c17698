package dev.onnxfunction.http;

import dev.onnxfunction.access.ApiKeys;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.settings.Settings;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** What the function offers over HTTP, path by path. */
final class Endpoints {

    /** Whether the function lives and is ready; below it, one by one. */
    static final String HEALTH = "/actuator/health";

    /** What the files lie below that the page is made of. */
    static final String PAGE = "/page/";

    private static final List<String> PAGE_FILES =
            List.of(
                    "card.js",
                    "curl.js",
                    "dom.js",
                    "form.js",
                    "icon.svg",
                    "numbers.js",
                    "page.css",
                    "page.js",
                    "requests.js",
                    "result.js");

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
        Map<String, Endpoint> endpoints = new HashMap<>();
        for (String file : PAGE_FILES) {
            endpoints.put(PAGE + file, page(file));
        }
        endpoints.putAll(
                Map.of(
                        "/",
                        Endpoint.get(MediaTypes.TEXT, _ -> alive()).or(page("index.html")),
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
                        Endpoint.get(MediaTypes.JSON, _ -> health(ready, ""))));
        return new Router(endpoints, keys);
    }

    /** Slow, as it reads a file; and only when asked, so that the page costs the start nothing. */
    private static Endpoint page(String file) {
        AsciiString type = MediaTypes.ofFile(file);
        return Endpoint.get(type, _ -> Page.file(file, type)).slowly();
    }

    private static Answer alive() {
        return Answer.ok(MediaTypes.TEXT, "I'M ALIVE!").with(HttpHeaderNames.VARY, "Accept");
    }

    private static Answer health(BooleanSupplier ready, String groups) {
        return ready.getAsBoolean()
                ? Answer.ok(MediaTypes.JSON, "{\"status\":\"UP\"" + groups + "}")
                : Answer.ok(MediaTypes.JSON, "{\"status\":\"OUT_OF_SERVICE\"" + groups + "}")
                        .with(HttpResponseStatus.SERVICE_UNAVAILABLE);
    }

    private static Function<ByteBuf, Answer> json(String document) {
        return _ -> Answer.ok(MediaTypes.JSON, document);
    }
}
