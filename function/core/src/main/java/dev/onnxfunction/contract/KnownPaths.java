package dev.onnxfunction.contract;

/** Paths that the router treats differently from others. */
final class KnownPaths {

    /** Liveness and readiness together; each alone is below this path. */
    static final String HEALTH = "/actuator/health";

    /** Metrics for Prometheus. */
    static final String METRICS = "/actuator/prometheus";

    /** Copies of requests, for a rollout. */
    static final String SAMPLE = "/actuator/sample";

    /** Prefix of the web page's files. */
    static final String PAGE = "/page/";

    private KnownPaths() {}
}
