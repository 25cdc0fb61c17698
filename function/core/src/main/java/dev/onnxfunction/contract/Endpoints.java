package dev.onnxfunction.contract;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.metrics.PrometheusMetrics;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.settings.Settings;

import org.springframework.util.function.SingletonSupplier;

import java.util.ArrayList;
import java.util.List;

/** The HTTP endpoints of the function. */
public final class Endpoints {

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
     * The endpoints of a server that has no health or metrics of its own, without those of
     * protocols.
     *
     * @param metrics metrics to expose
     */
    public static List<Endpoint> ofServer(ServedModel served, PrometheusMetrics metrics) {
        List<Endpoint> endpoints = of(served, true);
        endpoints.addAll(Operations.of(served, metrics));
        return endpoints;
    }

    /** The same endpoints without health, metrics and those for rollouts. */
    public static List<Endpoint> ofFunction(ServedModel served) {
        return of(served, false);
    }

    private static List<Endpoint> of(ServedModel served, boolean operations) {
        OnnxModel model = served.model();
        Composition composition = served.composition();
        Settings settings = served.settings();
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(Endpoint.get("/", MediaTypes.TEXT, _ -> alive()).or(page("/", "index.html")));
        endpoints.add(PredictEndpoint.at(served, "/predict", new JsonRows(served)));
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
            endpoints.add(page(KnownPaths.PAGE + file, file));
        }
        return endpoints;
    }

    /** Slow only if a document must be generated. */
    private static Endpoint modelDocument(OnnxModel model, Composition composition) {
        SingletonSupplier<String> document =
                SingletonSupplier.of(() -> ModelDocument.of(model, composition));
        Endpoint endpoint = Endpoint.get("/model", MediaTypes.JSON, _ -> json(document.obtain()));
        return model.card() == null ? endpoint.onWorker() : endpoint;
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

    private static Response json(String document) {
        return Response.ok(MediaTypes.JSON, document);
    }
}
