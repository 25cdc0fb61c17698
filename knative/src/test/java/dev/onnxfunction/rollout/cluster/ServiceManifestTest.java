package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import io.fabric8.zjsonpatch.JsonPatch;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;

/** Settings that must stay in the manifests of the Service, private and public. */
class ServiceManifestTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    /** Without it, queue-proxy truncates large responses; see the table in the README. */
    @Test
    void queueProxyReadsARequestWhoseAnswerHasBegun() throws IOException {
        JsonNode base = YAML.readTree(Path.of("base/service.yaml").toFile());
        JsonNode overlay = YAML.readTree(Path.of("public/kustomization.yaml").toFile());
        JsonNode patch = YAML.readTree(overlay.at("/patches/0/patch").asText());

        assertEnabled(base);
        assertEnabled(JsonPatch.apply(patch, base));
    }

    private static void assertEnabled(JsonNode service) {
        JsonNode value =
                service.at(
                        "/spec/template/metadata/annotations"
                                + "/features.knative.dev~1http-full-duplex");

        assertThat(value.isTextual()).as("a string, not a boolean: %s", value).isTrue();
        assertThat(value.asText()).isEqualTo("Enabled");
    }
}
