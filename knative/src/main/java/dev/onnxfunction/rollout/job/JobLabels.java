package dev.onnxfunction.rollout.job;

import java.util.Map;

/** Labels of a Job and its objects. */
final class JobLabels {

    /** The name of the Service that the Job rolls out. */
    static final String SERVICE = "rollout.onnxfunction.dev/service";

    private JobLabels() {}

    static Map<String, String> of(String service) {
        return Map.of("app.kubernetes.io/name", "rollout", SERVICE, service);
    }
}
