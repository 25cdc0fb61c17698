package dev.onnxfunction.rollout.cluster;

/** How single pods of a revision are reached. */
enum PodAccess {
    /** At their own addresses, which only the cluster's network knows. */
    DIRECT,
    /** Through the API server, by a port-forward of each. */
    FORWARD;

    /** Directly from inside a pod, and through the API server from elsewhere. */
    static PodAccess here() {
        return System.getenv("KUBERNETES_SERVICE_HOST") == null ? FORWARD : DIRECT;
    }
}
