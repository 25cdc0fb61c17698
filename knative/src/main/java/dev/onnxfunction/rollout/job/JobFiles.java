package dev.onnxfunction.rollout.job;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;

import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** The ConfigMap with the files of a Job. */
final class JobFiles {

    private JobFiles() {}

    /**
     * A name of this Job alone, because the files of an earlier Job of the same name may not be
     * deleted yet.
     */
    static String name(JobRequest request) {
        return request.name() + "-" + request.context().id();
    }

    /**
     * The files of a Job, which Kubernetes deletes with the Job.
     *
     * @param job as the API server has it
     */
    static ConfigMap configMap(JobRequest request, Job job) {
        Map<String, String> encoded = new HashMap<>();
        request.files()
                .forEach(
                        (name, content) ->
                                encoded.put(name, Base64.getEncoder().encodeToString(content)));
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name(job))
                .withNamespace(request.namespace())
                .withLabels(JobLabels.of(request.service()))
                .addNewOwnerReference()
                .withApiVersion("batch/v1")
                .withKind("Job")
                .withName(job.getMetadata().getName())
                .withUid(job.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .withImmutable(true)
                .withBinaryData(encoded)
                .build();
    }

    private static String name(Job job) {
        return job.getSpec().getTemplate().getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals("files"))
                .findFirst()
                .orElseThrow()
                .getConfigMap()
                .getName();
    }
}
