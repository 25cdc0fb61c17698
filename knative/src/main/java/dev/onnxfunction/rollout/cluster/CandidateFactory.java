package dev.onnxfunction.rollout.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.State.Running;

import io.fabric8.knative.serving.v1.Revision;
import io.fabric8.knative.serving.v1.RevisionTemplateSpec;
import io.fabric8.knative.serving.v1.RevisionTemplateSpecBuilder;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.knative.serving.v1.TrafficTarget;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Creates the candidate: its template, and a name that no other revision has. */
public final class CandidateFactory {

    /** An image with a digest, which cannot change. */
    private static final Pattern BY_DIGEST = Pattern.compile("[^@\\s]+@sha256:([0-9a-f]{64})");

    private static final int LONGEST_NAME = 63;
    private static final ObjectMapper CANONICAL =
            JsonMapper.builder()
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .enable(
                            com.fasterxml.jackson.databind.MapperFeature
                                    .SORT_PROPERTIES_ALPHABETICALLY)
                    .build();

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
     * @param manifest null for the settings of the live revision
     * @param image with its digest
     * @param version of the model, for the name; null to use the image's digest
     * @throws UnsupportedServiceException if the image has no digest, or no settings are known
     */
    public Candidate make(@Nullable Service manifest, String image, @Nullable String version)
            throws UnsupportedServiceException {
        String digest = digest(image);
        Revision ofRollout = liveOfRollout();
        Revision live = ofRollout == null ? live() : ofRollout;
        RevisionTemplateSpec template = withImage(template(manifest, live), image);
        String source = hash(template);
        if (live != null && isSame(live, source, image, manifest == null)) {
            return new Candidate(live.getMetadata().getName(), template, manifest);
        }
        sameVisibility(manifest);
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

    /**
     * The hexadecimal digest in the name of an image.
     *
     * @throws UnsupportedServiceException if it has none
     */
    public static String digest(String image) throws UnsupportedServiceException {
        var digest = BY_DIGEST.matcher(image);
        if (!digest.matches()) {
            throw new UnsupportedServiceException(
                    "The image '"
                            + image
                            + "' has no digest, so its content may change. Give"
                            + " NAME@sha256:…, which 'docker buildx imagetools inspect NAME:TAG'"
                            + " shows.");
        }
        return digest.group(1);
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
        ObjectMeta metadata = live.getMetadata();
        return new RevisionTemplateSpecBuilder()
                .withNewMetadata()
                .withAnnotations(ofUsers(metadata.getAnnotations()))
                .withLabels(ofUsers(metadata.getLabels()))
                .endMetadata()
                .withSpec(live.getSpec())
                .build();
    }

    /** The entries without those that Knative and a rollout write. */
    private static Map<String, String> ofUsers(@Nullable Map<String, String> all) {
        Map<String, String> users = new TreeMap<>(all == null ? Map.of() : all);
        users.keySet()
                .removeIf(
                        key ->
                                key.startsWith("serving.knative.dev/")
                                        || key.startsWith(Annotations.PREFIX)
                                        || key.equals("app"));
        return users;
    }

    private static RevisionTemplateSpec withImage(RevisionTemplateSpec template, String image) {
        var container = template.getSpec().getContainers().getFirst();
        return new RevisionTemplateSpecBuilder(template)
                .editSpec()
                .withContainers(new ContainerBuilder(container).withImage(image).build())
                .endSpec()
                .build();
    }

    /** SHA-256 of the template as JSON with sorted members. */
    private static String hash(RevisionTemplateSpec template) {
        try {
            byte[] json = CANONICAL.writeValueAsString(template).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isSame(
            Revision revision, String source, String image, boolean byImageAlone) {
        String running = revision.getSpec().getContainers().getFirst().getImage();
        return source.equals(source(revision)) || (byImageAlone && image.equals(running));
    }

    private static @Nullable String source(Revision revision) {
        Map<String, String> annotations = revision.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(Annotations.SOURCE);
    }

    /**
     * A rollout changes revisions; who may reach the Service is changed for all of them at once.
     */
    private void sameVisibility(@Nullable Service manifest) throws UnsupportedServiceException {
        if (manifest == null || service == null) {
            return;
        }
        String wanted = visibility(manifest);
        String found = visibility(service);
        if (!wanted.equals(found)) {
            throw new UnsupportedServiceException(
                    "The manifest is %s, and the Service in the cluster is %s. Change that first: kubectl label ksvc %s --overwrite %s"
                            .formatted(
                                    said(wanted),
                                    said(found),
                                    name,
                                    Labels.VISIBILITY + (wanted.isEmpty() ? "-" : "=" + wanted)));
        }
    }

    private static String visibility(Service service) {
        Map<String, String> labels = service.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(Labels.VISIBILITY, "");
    }

    private static String said(String visibility) {
        return visibility.isEmpty() ? "public" : visibility;
    }

    /** The first free name, or that of an equal revision unless it is broken. */
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
        return source.equals(source(revision))
                && RevisionReader.read(revision).readiness() != Readiness.FAILED;
    }
}
