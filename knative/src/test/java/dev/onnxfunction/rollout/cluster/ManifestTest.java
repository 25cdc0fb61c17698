package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import io.fabric8.knative.serving.v1.RevisionSpec;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import io.fabric8.zjsonpatch.JsonPatch;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The manifests are valid for Knative, and unknown fields, which Knative would ignore, are refused.
 */
class ManifestTest {

    private static final Path BASE = Path.of("base", "service.yaml");
    private static final YAMLMapper YAML = new YAMLMapper();

    @Test
    void theBaseIsAPrivateServiceThatIsToldByDigest() throws Exception {
        Service service = Manifest.read(Files.readString(BASE));

        assertThat(service.getMetadata().getLabels())
                .containsEntry(Labels.VISIBILITY, "cluster-local");
        var container = service.getSpec().getTemplate().getSpec().getContainers().getFirst();
        assertThat(container.getImage()).matches(".+@sha256:[0-9a-f]{64}");
        assertThat(container.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop())
                .containsExactly("ALL");
        assertThat(container.getSecurityContext().getSeccompProfile().getType())
                .isEqualTo("RuntimeDefault");
        assertThat(container.getReadinessProbe().getHttpGet().getPath())
                .isEqualTo("/actuator/health/readiness");
        assertThat(container.getResources().getLimits()).containsOnlyKeys("memory");
    }

    @Test
    void theReadmeTellsTheHeapOfTheImage() throws Exception {
        String heap =
                Files.readAllLines(Path.of("..", "function", "image", "jvm.options")).stream()
                        .filter(option -> option.startsWith("-Xmx"))
                        .map(option -> option.replaceAll("\\D", ""))
                        .collect(Collectors.joining());

        assertThat(Files.readString(Path.of("README.md")))
                .contains("the heap is at most " + heap + " MiB");
    }

    /** A manifest with an overlay applied. */
    private static JsonNode overlaid(String name, String below, JsonNode manifest)
            throws Exception {
        JsonNode overlay = YAML.readTree(Path.of(name, "kustomization.yaml").toFile());
        assertThat(overlay.path("resources").path(0).asText()).isEqualTo(below);
        JsonNode patched = manifest;
        for (JsonNode patch : overlay.path("patches")) {
            patched = JsonPatch.apply(YAML.readTree(patch.path("patch").asText()), patched);
        }
        return patched;
    }

    @Test
    void thePublicOverlayTakesAwayThePrivacyAndAsksForAKey() throws Exception {
        JsonNode base = YAML.readTree(BASE.toFile());
        JsonNode patched = overlaid("public", "../keys", overlaid("keys", "../base", base));

        assertThat(overlaid("keys", "../base", base).findValue("labels"))
                .isEqualTo(base.findValue("labels"));
        Service service = Manifest.read(YAML.writeValueAsString(patched));
        assertThat(service.getMetadata().getLabels()).doesNotContainKey(Labels.VISIBILITY);
        RevisionSpec spec = service.getSpec().getTemplate().getSpec();
        Container container = spec.getContainers().getFirst();
        assertThat(container.getEnv())
                .containsExactly(
                        new EnvVar("GOOGLE_CLOUD_PROJECT", "", null),
                        rolloutKey(),
                        new EnvVar("ACCESS_KEYS", "/keys", null));
        assertThat(container.getVolumeMounts())
                .singleElement()
                .returns("/keys", VolumeMount::getMountPath)
                .returns(true, VolumeMount::getReadOnly)
                .returns(spec.getVolumes().getLast().getName(), VolumeMount::getName);
        assertThat(spec.getVolumes())
                .singleElement()
                .extracting(volume -> volume.getProjected().getSources(), LIST)
                .containsExactly(
                        secret("onnx-function-keys", null),
                        secret("onnx-function-metrics-key", true));

        container.setEnv(container.getEnv().subList(0, 2));
        container.setVolumeMounts(List.of());
        spec.setVolumes(List.of());
        assertThat(service.getSpec()).isEqualTo(Manifest.read(Files.readString(BASE)).getSpec());
    }

    /**
     * Without the Secret, the function starts and counts all requests as those of clients. With a
     * volume, each pod would start 0.3 s later.
     */
    @Test
    void theKeyOfRolloutsMayBeAbsentAndNeedsNoVolume() throws Exception {
        RevisionSpec spec = Manifest.read(Files.readString(BASE)).getSpec().getTemplate().getSpec();

        assertThat(spec.getContainers().getFirst().getEnv()).contains(rolloutKey());
        assertThat(spec.getVolumes()).isEmpty();
        assertThat(spec.getAutomountServiceAccountToken()).as("is a volume as well").isFalse();
    }

    private static EnvVar rolloutKey() {
        return new EnvVarBuilder()
                .withName("ROLLOUT_KEY")
                .withNewValueFrom()
                .withNewSecretKeyRef("rollout", "onnx-function-rollout-key", true)
                .endValueFrom()
                .build();
    }

    private static VolumeProjection secret(String name, @Nullable Boolean optional) {
        return new VolumeProjectionBuilder()
                .withNewSecret()
                .withName(name)
                .withOptional(optional)
                .endSecret()
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "containerConcurrency, containerConcurency, Unrecognized field \"containerConcurency\"",
        "readinessProbe, readynessProbe, Unrecognized field \"readynessProbe\"",
        "runAsNonRoot, runAsNoRoot, Unrecognized field \"runAsNoRoot\"",
        "httpGet, httpget, Unrecognized field \"httpget\"",
        "timeoutSeconds: 30, containerConcurrency: 3, Duplicate field 'containerConcurrency'",
        "kind: Service, 'kind: Service\n---\nkind: Service', holds 2 documents",
        "serving.knative.dev/v1, v1, not a complete Service of serving.knative.dev/v1",
        "GOOGLE_CLOUD_PROJECT, PORT, PORT is set by Knative itself"
    })
    void aMistakeIsRefused(String right, String wrong, String problem) throws Exception {
        String manifest = Files.readString(BASE).replaceFirst(Pattern.quote(right), wrong);

        assertThatExceptionOfType(UnsupportedServiceException.class)
                .isThrownBy(() -> Manifest.read(manifest))
                .withMessageContaining(problem);
    }
}
