package dev.onnxfunction.rollout.gates.traffic;

import dev.onnxfunction.rollout.gates.statistics.Predictions;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The user requests that a revision served in some time, without the rollout's own requests.
 *
 * @param requests to predict or explain
 * @param serverErrors of them, answered with 5xx
 * @param refused of them, answered with 422 or 503, or with 400 for a row that the model refuses
 * @param latencies number of successful predictions by upper bound of their response time in
 *     seconds, cumulative
 * @param predictions in the responses
 */
public record ServedRequests(
        long requests,
        long serverErrors,
        long refused,
        Map<Double, Long> latencies,
        Predictions predictions) {

    /** Nothing yet. */
    static final ServedRequests NOTHING = new ServedRequests(0, 0, 0, Map.of(), Predictions.NONE);

    private static final String REQUESTS = "http_server_requests_seconds";
    private static final Set<String> ROUTES = Set.of("/predict", "/explain");
    private static final String SUMS = "onnx_function_request_prediction_sums";

    /** Reads the growth of the series. */
    static ServedRequests of(Map<Series, Double> growth) {
        long requests = 0;
        long serverErrors = 0;
        long refused = 0;
        Map<Double, Long> latencies = new HashMap<>();
        for (Map.Entry<Series, Double> each : growth.entrySet()) {
            Series series = each.getKey();
            long count = Math.round(each.getValue());
            if (!series.name().startsWith(REQUESTS) || !ROUTES.contains(series.label("uri"))) {
                continue;
            }
            if (series.name().equals(REQUESTS + "_count")) {
                requests += count;
                serverErrors += series.label("status").startsWith("5") ? count : 0;
                refused += isRefusal(series) ? count : 0;
            } else if (series.name().equals(REQUESTS + "_bucket") && isPrediction(series)) {
                latencies.merge(edge(series.label("le")), count, Long::sum);
            }
        }
        return new ServedRequests(requests, serverErrors, refused, latencies, predictions(growth));
    }

    private static boolean isRefusal(Series series) {
        return switch (series.label("status")) {
            case "422", "503" -> true;
            case "400" -> series.label("problem").equals("invalid-features");
            default -> false;
        };
    }

    private static boolean isPrediction(Series series) {
        return series.label("uri").equals("/predict") && series.label("status").equals("200");
    }

    private static double edge(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    private static Predictions predictions(Map<Series, Double> growth) {
        return new Predictions(
                sum(growth, "1"),
                sum(growth, "m"),
                sum(growth, "q"),
                sum(growth, "mm"),
                sum(growth, "mq"),
                sum(growth, "qq"));
    }

    private static double sum(Map<Series, Double> growth, String of) {
        return growth.getOrDefault(new Series(SUMS, Map.of("of", of)), 0.0);
    }

    /** The requests of this time and another one. */
    ServedRequests plus(ServedRequests other) {
        Map<Double, Long> all = new HashMap<>(latencies);
        other.latencies.forEach((edge, count) -> all.merge(edge, count, Long::sum));
        return new ServedRequests(
                requests + other.requests,
                serverErrors + other.serverErrors,
                refused + other.refused,
                all,
                predictions.plus(other.predictions));
    }
}
