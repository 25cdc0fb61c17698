package dev.onnxfunction.metrics;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Requests by path and status, and how long they took. Thread-safe. A path that is not served counts
 * as {@value #OTHER}, so that no client can make up another label.
 */
public final class RequestMetrics {

    static final String OTHER = "other";

    /** From 100 µs to 5 s, 1-2.5-5. */
    private static final double[] SECONDS = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
    };

    private final Map<String, OfPath> paths = new HashMap<>();

    /**
     * @param served the paths that are
     */
    public RequestMetrics(Collection<String> served) {
        served.forEach(path -> paths.put(path, new OfPath()));
        paths.put(OTHER, new OfPath());
    }

    /**
     * Counts a request.
     *
     * @param path of the request
     * @param status of the answer
     * @param nanos from the last byte of the request to the answer
     */
    public void add(String path, int status, long nanos) {
        OfPath counted = paths.getOrDefault(path, paths.get(OTHER));
        counted.statuses.computeIfAbsent(status, _ -> new LongAdder()).increment();
        counted.seconds.add((double) nanos / TimeUnit.SECONDS.toNanos(1));
    }

    Map<String, OfPath> paths() {
        return paths;
    }

    /** The requests of one path. */
    static final class OfPath {
        final Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
        final Histogram seconds = new Histogram(SECONDS);
    }
}
