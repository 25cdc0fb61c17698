package dev.onnxfunction.contract;

import dev.onnxfunction.metrics.PrometheusMetrics;
import dev.onnxfunction.sample.RequestSamples;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The endpoints for operators, probes and rollouts. */
final class Operations {

    private Operations() {}

    /**
     * Metrics and health; copies of requests if there are keys of rollouts.
     *
     * @param metrics metrics to expose
     */
    static List<Endpoint> of(ServedModel served, PrometheusMetrics metrics) {
        Settings settings = served.settings();
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(
                Endpoint.get(
                                KnownPaths.METRICS,
                                MediaTypes.METRICS,
                                _ -> Response.ok(MediaTypes.METRICS, metrics.text()))
                        .onWorker());
        if (settings.rollout().known()) {
            endpoints.add(
                    Endpoint.post(
                            KnownPaths.SAMPLE,
                            MediaTypes.JSON,
                            _ -> sample(served.samples()),
                            _ -> Lane.OTHERS,
                            settings.predict().timeout()));
        }
        endpoints.add(
                Endpoint.get(
                                KnownPaths.HEALTH,
                                MediaTypes.JSON,
                                _ -> health(served, ",\"groups\":[\"liveness\",\"readiness\"]"))
                        .asHealth());
        endpoints.add(
                Endpoint.get(
                                KnownPaths.HEALTH + "/liveness",
                                MediaTypes.JSON,
                                _ -> Response.ok(MediaTypes.JSON, "{\"status\":\"UP\"}"))
                        .asHealth());
        endpoints.add(
                Endpoint.get(
                                KnownPaths.HEALTH + "/readiness",
                                MediaTypes.JSON,
                                _ -> health(served, ""))
                        .asHealth());
        return endpoints;
    }

    private static Response sample(@Nullable RequestSamples samples) {
        if (samples == null) {
            return Response.error(
                    404,
                    "Not found",
                    "No copies of requests are made, because rollout.sample-memory is 0.");
        }
        return Response.ok(MediaTypes.JSON, samples.take()).with("cache-control", "no-store");
    }

    private static Response health(ServedModel served, String groups) {
        return served.readiness(
                "{\"status\":\"UP\"" + groups + "}",
                "{\"status\":\"OUT_OF_SERVICE\"" + groups + "}");
    }
}
