package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.engine.Step.Change;
import dev.onnxfunction.rollout.engine.Target;
import dev.onnxfunction.rollout.engine.Traffic;

import io.fabric8.knative.serving.v1.Service;
import io.fabric8.knative.serving.v1.ServiceBuilder;
import io.fabric8.knative.serving.v1.TrafficTarget;
import io.fabric8.knative.serving.v1.TrafficTargetBuilder;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Applies the changes of a rollout to the object of a Service.
 *
 * @param namespace of the Service
 * @param name of the Service
 * @param candidate the revision to deploy; null if there is none
 */
record ServiceChange(String namespace, String name, @Nullable Candidate candidate) {

    /**
     * The Service after the change.
     *
     * @param observed the Service before it; null if there is none, so that the candidate's
     *     manifest is used
     */
    Service apply(Change change, @Nullable Service observed) {
        Service before = observed == null ? manifest() : observed;
        ServiceBuilder service =
                new ServiceBuilder(before)
                        .editMetadata()
                        .withAnnotations(
                                Annotations.with(
                                        before.getMetadata().getAnnotations(), change.recorded()))
                        .endMetadata();
        if (change.traffic() != null) {
            service.editSpec().withTraffic(targets(change.traffic())).endSpec();
        }
        if (change.template() && !wanted().isTemplateOf(before)) {
            service.editSpec().withTemplate(wanted().template()).endSpec();
        }
        return service.build();
    }

    private Service manifest() {
        Service manifest = wanted().manifest();
        if (manifest == null) {
            throw new IllegalStateException("There is no manifest to create the Service from.");
        }
        return new ServiceBuilder(manifest)
                .editMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .build();
    }

    private Candidate wanted() {
        if (candidate == null) {
            throw new IllegalStateException("There is no candidate to deploy.");
        }
        return candidate;
    }

    private static List<TrafficTarget> targets(Traffic traffic) {
        List<TrafficTarget> targets = new ArrayList<>();
        for (Target target : traffic.targets()) {
            targets.add(
                    new TrafficTargetBuilder()
                            .withRevisionName(target.revision())
                            .withPercent((long) target.percent())
                            .withTag(target.tag())
                            .withLatestRevision(false)
                            .build());
        }
        return targets;
    }
}
