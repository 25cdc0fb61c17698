package dev.onnxfunction.rollout.cluster;

/** Knative's labels on its objects. */
final class Labels {

    /** On revisions: the Service's name. */
    static final String SERVICE = "serving.knative.dev/service";

    /** On revisions: a number that rises with each revision of a Service. */
    static final String GENERATION = "serving.knative.dev/configurationGeneration";

    /** On pods: the revision's name. */
    static final String REVISION = "serving.knative.dev/revision";

    /** On a Service: {@code cluster-local} makes it unreachable from outside the cluster. */
    static final String VISIBILITY = "networking.knative.dev/visibility";

    private Labels() {}
}
