package dev.onnxfunction.metrics;

import dev.onnxfunction.observe.Exchange;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts answered requests by outcome and duration. Thread-safe. */
final class RequestCounts {

    /**
     * The labels of requests that are counted together. Their number is bounded by routes, methods
     * and outcomes, because clients cannot add values.
     */
    record Kind(String method, String route, int status, String problem) {

        /**
         * Written out because a record's own method is generated at run time, which would delay the
         * first response.
         */
        @Override
        public boolean equals(Object other) {
            return other instanceof Kind kind
                    && status == kind.status
                    && route.equals(kind.route)
                    && problem.equals(kind.problem)
                    && method.equals(kind.method);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * route.hashCode() + problem.hashCode()) + status;
        }
    }

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Map<Kind, Distribution> seconds = new ConcurrentHashMap<>();

    void count(Exchange exchange) {
        Kind kind =
                new Kind(
                        exchange.knownMethod(),
                        exchange.route(),
                        exchange.status(),
                        exchange.isFailure() ? exchange.outcome() : "none");
        Distribution known = seconds.get(kind);
        if (known == null) {
            known = seconds.computeIfAbsent(kind, _ -> latencies());
        }
        known.add(exchange.nanos() / NANOS_PER_SECOND);
    }

    /** Seconds from request to response, by labels; a live view. */
    Map<Kind, Distribution> seconds() {
        return seconds;
    }

    /** A rollout compares percentiles by these edges, so no gap may exceed a factor of two. */
    private static Distribution latencies() {
        return new Distribution(
                0.0005, 0.00075, 0.001, 0.0015, 0.0025, 0.0035, 0.005, 0.0075, 0.01, 0.015, 0.025,
                0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10);
    }
}
