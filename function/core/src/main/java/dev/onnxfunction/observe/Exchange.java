package dev.onnxfunction.observe;

/**
 * An answered request.
 *
 * @param method as the client sent it
 * @param path as the client sent it, without the query
 * @param route the path if it has an endpoint, otherwise {@value #OTHER}
 * @param status HTTP status code of the response
 * @param outcome {@value #OK}, or the kind of problem, such as {@code invalid-features}
 * @param nanos nanoseconds from the request's last byte to its response
 * @param requestBytes bytes of the request's body
 * @param responseBytes bytes of the response's body
 * @param trace trace of the request
 * @param rollout whether a rollout sent it, with its key; otherwise a client did
 * @param probe whether its endpoint is for probes, which send a request every few seconds
 */
public record Exchange(
        String method,
        String path,
        String route,
        int status,
        String outcome,
        long nanos,
        int requestBytes,
        int responseBytes,
        TraceContext trace,
        boolean rollout,
        boolean probe) {

    /** The outcome of a successful request. */
    public static final String OK = "ok";

    /** Replaces values that clients may invent. */
    public static final String OTHER = "other";

    private static final String[] METHODS = {"GET", "HEAD", "POST"};

    /** The method if an endpoint takes it, otherwise {@value #OTHER}. */
    public String knownMethod() {
        for (String known : METHODS) {
            if (known.equals(method)) {
                return known;
            }
        }
        return OTHER;
    }

    /** Whether the response is an error, of the client (4xx) or of the function (5xx). */
    public boolean isFailure() {
        return status >= 400;
    }
}
