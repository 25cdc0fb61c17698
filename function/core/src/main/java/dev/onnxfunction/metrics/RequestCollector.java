package dev.onnxfunction.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

import java.util.Map;

/**
 * Metrics of requests under Spring Boot's names, so that dashboards for Spring Boot work, plus the
 * kind of problem.
 */
final class RequestCollector implements Collector {

    private final String name;
    private final String help;
    private final RequestCounts requests;

    RequestCollector(String name, String help, RequestCounts requests) {
        this.name = name;
        this.help = help;
        this.requests = requests;
    }

    @Override
    public MetricSnapshot collect() {
        Map<Labels, Distribution> seconds = Snapshots.byLabels();
        requests.seconds().forEach((kind, latencies) -> seconds.put(labels(kind), latencies));
        return Snapshots.histogram(name, help, seconds);
    }

    private static Labels labels(RequestCounts.Kind kind) {
        return Labels.of(
                "method",
                kind.method(),
                "uri",
                kind.route(),
                "status",
                Integer.toString(kind.status()),
                "outcome",
                outcome(kind.status()),
                "problem",
                kind.problem());
    }

    private static String outcome(int status) {
        if (status < 400) {
            return "SUCCESS";
        }
        return status < 500 ? "CLIENT_ERROR" : "SERVER_ERROR";
    }
}
