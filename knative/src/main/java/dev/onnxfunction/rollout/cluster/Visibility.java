package dev.onnxfunction.rollout.cluster;

import io.fabric8.knative.serving.v1.Service;

import java.util.Map;

/** Whether a Service can be reached from outside the cluster. */
final class Visibility {

    private Visibility() {}

    /**
     * Refuses a manifest with another visibility than the Service in the cluster: a rollout changes
     * one revision after the other, but the visibility changes for all of them at once.
     */
    static void checkSame(Service manifest, Service service) throws UnsupportedServiceException {
        String wanted = of(manifest);
        String found = of(service);
        if (!wanted.equals(found)) {
            throw new UnsupportedServiceException(
                    "The manifest is %s, and the Service in the cluster is %s. Change that first: kubectl label ksvc %s --overwrite %s"
                            .formatted(
                                    text(wanted),
                                    text(found),
                                    service.getMetadata().getName(),
                                    Labels.VISIBILITY + (wanted.isEmpty() ? "-" : "=" + wanted)));
        }
    }

    private static String of(Service service) {
        Map<String, String> labels = service.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(Labels.VISIBILITY, "");
    }

    private static String text(String visibility) {
        return visibility.isEmpty() ? "public" : visibility;
    }
}
