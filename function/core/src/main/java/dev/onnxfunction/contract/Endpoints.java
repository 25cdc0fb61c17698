package dev.onnxfunction.contract;

import dev.onnxfunction.access.ApiKeys;
import dev.onnxfunction.access.RolloutKeys;
import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.metrics.Counts;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.sample.RequestSamples;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The HTTP endpoints of the function. */
public final class Endpoints {

    /** Liveness and readiness together; each alone is below this path. */
    static final String HEALTH = "/actuator/health";

    /** Metrics for Prometheus. */
    static final String METRICS = "/actuator/prometheus";

    /** Copies of requests, for a rollout. */
    static final String SAMPLE = "/actuator/sample";

    /** Prefix of the web page's files. */
    static final String PAGE = "/page/";

    private static final List<String> PAGE_FILES =
            List.of(
                    "card.js",
                    "chart.js",
                    "csv.js",
                    "curl.js",
                    "dom.js",
                    "drop.js",
                    "file.js",
                    "form.js",
                    "icon.svg",
                    "live.js",
                    "numbers.js",
                    "page.css",
                    "page.js",
                    "place.js",
                    "predictions.js",
                    "requests.js",
                    "result.js",
                    "rows.js",
                    "rowtable.js",
                    "scoring.js",
                    "slider.js",
                    "values.js",
                    "whatif.js");

    private Endpoints() {}

    /**
     * Returns a router to all endpoints.
     *
     * @param composition functions that rows pass through
     * @param settings limits and options of explanations
     * @param keys keys of clients; null if no key is required
     * @param rolloutKeys keys that mark requests of a rollout; null if there are none
     * @param counts metrics to expose
     * @param observer notified of rows
     * @param ready whether the function accepts requests
     * @param protocols creates the endpoints of the protocols that are on
     */
    public static Router of(
            OnnxModel model,
            Predict predict,
            Composition composition,
            Settings settings,
            @Nullable ApiKeys keys,
            @Nullable RolloutKeys rolloutKeys,
            Counts counts,
            Observer observer,
            BooleanSupplier ready,
            Function<ServedModel, List<Endpoint>> protocols) {
        RequestSamples samples = rolloutKeys == null ? null : samples(model, settings);
        ServedModel served =
                new ServedModel(model, predict, composition, settings, observer, samples, ready);
        List<Endpoint> endpoints = ofFunction(served, true);
        endpoints.add(
                Endpoint.get(
                                METRICS,
                                MediaTypes.METRICS,
                                _ -> Response.ok(MediaTypes.METRICS, counts.text()))
                        .onWorker());
        if (rolloutKeys != null) {
            endpoints.add(
                    Endpoint.post(
                            SAMPLE,
                            MediaTypes.JSON,
                            _ -> sample(samples),
                            _ -> Lane.OTHERS,
                            settings.predict().timeout()));
        }
        addHealth(endpoints, served);
        endpoints.addAll(protocols.apply(served)); // Last: Vertex AI's paths take precedence.
        return new Router(endpoints, keys, rolloutKeys);
    }

    /**
     * Returns a router without health and metrics, for a server that has its own.
     *
     * @param composition functions that rows pass through
     * @param settings limits and options of explanations
     * @param keys keys of clients; null if no key is required
     * @param observer notified of rows
     * @param protocols creates the endpoints of the protocols that are on
     */
    public static Router ofFunction(
            OnnxModel model,
            Predict predict,
            Composition composition,
            Settings settings,
            @Nullable ApiKeys keys,
            Observer observer,
            Function<ServedModel, List<Endpoint>> protocols) {
        ServedModel served =
                new ServedModel(model, predict, composition, settings, observer, null, () -> true);
        List<Endpoint> endpoints = ofFunction(served, false);
        endpoints.addAll(protocols.apply(served));
        return new Router(endpoints, keys, null);
    }

    private static List<Endpoint> ofFunction(ServedModel served, boolean operations) {
        OnnxModel model = served.model();
        Composition composition = served.composition();
        Settings settings = served.settings();
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(Endpoint.get("/", MediaTypes.TEXT, _ -> alive()).or(page("/", "index.html")));
        endpoints.add(served.predicting("/predict", new JsonRows(served)));
        endpoints.add(
                Endpoint.post(
                        "/explain",
                        MediaTypes.JSON,
                        new ExplainEndpoint(model, served.predict(), composition, settings),
                        _ -> Lane.EXPLANATIONS,
                        settings.explain().timeout()));
        endpoints.add(modelDocument(model, composition));
        endpoints.add(
                Endpoint.get(
                        "/model/fingerprint", MediaTypes.JSON, new FingerprintEndpoint(model)));
        endpoints.add(
                Endpoint.get(
                                "/openapi.json",
                                MediaTypes.JSON,
                                new OpenApiEndpoint(served, operations))
                        .onWorker());
        for (String file : PAGE_FILES) {
            endpoints.add(page(PAGE + file, file));
        }
        return endpoints;
    }

    private static @Nullable RequestSamples samples(OnnxModel model, Settings settings) {
        int memory = settings.rollout().sampleMemory();
        return memory == 0 ? null : new RequestSamples(model.toString(), memory);
    }

    private static Response sample(@Nullable RequestSamples samples) {
        if (samples == null) {
            return Problem.of(
                    404,
                    "Not found",
                    "No copies of requests are made, because rollout.sample-memory is 0.");
        }
        return Response.ok(MediaTypes.JSON, samples.take()).with("cache-control", "no-store");
    }

    /** Slow only if a document must be generated. */
    private static Endpoint modelDocument(OnnxModel model, Composition composition) {
        SingletonSupplier<String> document =
                SingletonSupplier.of(() -> ModelDocument.of(model, composition));
        Endpoint endpoint = Endpoint.get("/model", MediaTypes.JSON, _ -> json(document.obtain()));
        return model.card() == null ? endpoint.onWorker() : endpoint;
    }

    private static void addHealth(List<Endpoint> endpoints, ServedModel served) {
        endpoints.add(
                Endpoint.get(
                                HEALTH,
                                MediaTypes.JSON,
                                _ -> health(served, ",\"groups\":[\"liveness\",\"readiness\"]"))
                        .asHealth());
        endpoints.add(
                Endpoint.get(
                                HEALTH + "/liveness",
                                MediaTypes.JSON,
                                _ -> json("{\"status\":\"UP\"}"))
                        .asHealth());
        endpoints.add(
                Endpoint.get(HEALTH + "/readiness", MediaTypes.JSON, _ -> health(served, ""))
                        .asHealth());
    }

    /**
     * Slow, because it reads a file. The file is read for each request, so the page adds nothing to
     * the start.
     */
    private static Endpoint page(String path, String file) {
        String type = MediaTypes.ofFile(file);
        return Endpoint.get(path, type, _ -> Page.file(file, type)).onWorker();
    }

    private static Response alive() {
        return Response.ok(MediaTypes.TEXT, "I'M ALIVE!").with("vary", "Accept");
    }

    private static Response health(ServedModel served, String groups) {
        return served.readiness(
                "{\"status\":\"UP\"" + groups + "}",
                "{\"status\":\"OUT_OF_SERVICE\"" + groups + "}");
    }

    private static Response json(String document) {
        return Response.ok(MediaTypes.JSON, document);
    }
}
