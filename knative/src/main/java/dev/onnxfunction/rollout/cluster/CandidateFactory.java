package dev.onnxfunction.rollout.cluster;

import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.State.Running;

import io.fabric8.knative.serving.v1.Revision;
import io.fabric8.knative.serving.v1.RevisionTemplateSpec;
import io.fabric8.knative.serving.v1.RevisionTemplateSpecBuilder;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.knative.serving.v1.TrafficTarget;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Creates the candidate: its template, and a name that no other revision has. */
public final class CandidateFactory {

    private static final int LONGEST_NAME = 63;

    private final String name;
    private final @Nullable Service service;
    private final Map<String, Revision> revisions;

    private CandidateFactory(String name, @Nullable Service service, List<Revision> revisions) {
        this.name = name;
        this.service = service;
        this.revisions =
                revisions.stream()
                        .collect(
                                Collectors.toMap(
                                        each -> each.getMetadata().getName(), each -> each));
    }

    /**
     * Reads the Service and its revisions.
     *
     * @param name of the Service
     */
    public static CandidateFactory of(KubernetesClient kubernetes, String namespace, String name)
            throws PlatformException {
        ServiceObjects parts = new ServiceObjects(kubernetes, namespace);
        return new CandidateFactory(name, parts.service(name), parts.revisions(name));
    }

    /**
     * Creates the candidate.
     *
     * @param manifest null to copy the settings of the live revision
     * @param image with its digest
     * @param version of the model, for the name; null to use the image's digest
     * @throws UnsupportedServiceException if the image has no digest, or no settings are known
     */
    public Candidate make(@Nullable Service manifest, String image, @Nullable String version)
            throws UnsupportedServiceException {
        String digest = ImageName.digest(image);
        Revision ofRollout = liveOfRollout();
        Revision live = ofRollout == null ? live() : ofRollout;
        RevisionTemplateSpec template = RevisionTemplate.withImage(template(manifest, live), image);
        String source = RevisionTemplate.hash(template);
        if (live != null && isSame(live, source, image, manifest == null)) {
            return new Candidate(live.getMetadata().getName(), template, manifest);
        }
        if (manifest != null && service != null) {
            Visibility.checkSame(manifest, service);
        }
        String suffix = version == null ? digest.substring(0, 8) : version;
        String revision = free(suffix, source);
        RevisionTemplateSpec named =
                new RevisionTemplateSpecBuilder(template)
                        .editOrNewMetadata()
                        .withName(revision)
                        .addToAnnotations(Annotations.SOURCE, source)
                        .endMetadata()
                        .build();
        return new Candidate(revision, named, manifest);
    }

    private @Nullable Revision live() {
        if (service == null || service.getStatus() == null) {
            return null;
        }
        return service.getStatus().getTraffic().stream()
                .filter(target -> Objects.requireNonNullElse(target.getPercent(), 0L) == 100)
                .map(TrafficTarget::getRevisionName)
                .map(revisions::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** The revision that shares the traffic with a candidate; null if no rollout is under way. */
    private @Nullable Revision liveOfRollout() throws UnsupportedServiceException {
        if (service == null
                || !(Annotations.read(service.getMetadata().getAnnotations())
                        instanceof Running running)) {
            return null;
        }
        String live = running.rollout().live();
        return live == null ? null : revisions.get(live);
    }

    private RevisionTemplateSpec template(@Nullable Service manifest, @Nullable Revision live)
            throws UnsupportedServiceException {
        if (manifest != null) {
            return manifest.getSpec().getTemplate();
        }
        if (live == null) {
            throw new UnsupportedServiceException(
                    "No revision of "
                            + name
                            + " has all traffic, so no settings can be copied. Give a manifest with"
                            + " -f, such as knative/base/service.yaml.");
        }
        return RevisionTemplate.of(live);
    }

    private static boolean isSame(
            Revision revision, String source, String image, boolean byImageAlone) {
        String running = revision.getSpec().getContainers().getFirst().getImage();
        return isFrom(source, revision) || (byImageAlone && image.equals(running));
    }

    /** Whether a revision was created from the template with this hash. */
    private static boolean isFrom(String source, Revision revision) {
        return source.equals(Annotations.source(revision.getMetadata()));
    }

    /** The first free name, or that of a usable revision with the same template. */
    private String free(String suffix, String source) {
        String clean = suffix.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String base = name + "-" + clean;
        for (int i = 1; ; i++) {
            String tail = i == 1 ? "" : "-" + i;
            String revision =
                    base.substring(0, Math.min(base.length(), LONGEST_NAME - tail.length())) + tail;
            Revision existing = revisions.get(revision);
            if (existing == null || isUsable(existing, source)) {
                return revision;
            }
        }
    }

    private static boolean isUsable(Revision revision, String source) {
        return isFrom(source, revision)
                && RevisionReader.read(revision).readiness() != Readiness.FAILED;
    }
}
