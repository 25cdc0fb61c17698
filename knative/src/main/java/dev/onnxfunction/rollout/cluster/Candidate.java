package dev.onnxfunction.rollout.cluster;

import io.fabric8.knative.serving.v1.RevisionTemplateSpec;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.ObjectMeta;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * The revision to deploy.
 *
 * @param name of its revision
 * @param template of its revision, with that name
 * @param manifest for creating the Service if there is none; null if it is known to exist
 */
public record Candidate(String name, RevisionTemplateSpec template, @Nullable Service manifest) {

    /**
     * Whether the Service has the candidate's template already, from an earlier rollout. Knative
     * has added its defaults there, and refuses a template of the same name without them.
     */
    boolean isTemplateOf(Service service) {
        ObjectMeta there = service.getSpec().getTemplate().getMetadata();
        return there != null
                && name.equals(there.getName())
                && Objects.equals(
                        Annotations.source(there), Annotations.source(template.getMetadata()));
    }
}
