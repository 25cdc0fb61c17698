package dev.onnxfunction.rollout.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.fabric8.knative.serving.v1.Revision;
import io.fabric8.knative.serving.v1.RevisionTemplateSpec;
import io.fabric8.knative.serving.v1.RevisionTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The template of a revision: its labels, annotations and spec. */
final class RevisionTemplate {

    private static final ObjectMapper CANONICAL =
            JsonMapper.builder()
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .build();

    private RevisionTemplate() {}

    /**
     * The template with the settings of a revision.
     *
     * @throws UnsupportedServiceException if it does not have one container
     */
    static RevisionTemplateSpec of(Revision revision) throws UnsupportedServiceException {
        int containers = revision.getSpec().getContainers().size();
        if (containers != 1) {
            throw new UnsupportedServiceException(
                    revision.getMetadata().getName()
                            + " has "
                            + containers
                            + " containers, and a rollout supports one, which is the function. Give"
                            + " a manifest with one container with -f.");
        }
        ObjectMeta metadata = revision.getMetadata();
        return new RevisionTemplateSpecBuilder()
                .withNewMetadata()
                .withAnnotations(ofUsers(metadata.getAnnotations()))
                .withLabels(ofUsers(metadata.getLabels()))
                .endMetadata()
                .withSpec(revision.getSpec())
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

    /** The same template with another image. */
    static RevisionTemplateSpec withImage(RevisionTemplateSpec template, String image) {
        Container container = template.getSpec().getContainers().getFirst();
        return new RevisionTemplateSpecBuilder(template)
                .editSpec()
                .withContainers(new ContainerBuilder(container).withImage(image).build())
                .endSpec()
                .build();
    }

    /** SHA-256 of the template as JSON with sorted members. */
    static String hash(RevisionTemplateSpec template) {
        try {
            byte[] json = CANONICAL.writeValueAsString(template).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
