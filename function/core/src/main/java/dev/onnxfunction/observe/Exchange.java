package dev.onnxfunction.observe;

/**
 * A request that has been answered.
 *
 * @param method as the client sent it
 * @param path as the client sent it, without the query
 * @param route the path if there is something at it, else {@value #OTHER}
 * @param status of the answer
 * @param outcome {@value #OK}, or the kind of problem, such as {@code invalid-features}
 * @param nanos from the request's last byte to its answer
 * @param requestBytes of the body
 * @param responseBytes of the body
 * @param trace that it belongs to
 * @param rollout whether a rollout sent it, with its key; otherwise a client did
 * @param probe whether it is for probes, which ask every few seconds
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

    /** The outcome of a request that got what it asked for. */
    public static final String OK = "ok";

    /** What stands for all that clients may make up. */
    public static final String OTHER = "other";

    private static final String[] METHODS = {"GET", "HEAD", "POST"};

    /** The method if there is something that takes it, else {@value #OTHER}. */
    public String knownMethod() {
        for (String known : METHODS) {
            if (known.equals(method)) {
                return known;
            }
        }
        return OTHER;
    }

    public boolean isFailure() {
        return status >= 400;
    }
}
