package dev.onnxfunction.eventing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code func.yaml} by <a
 * href="https://github.com/knative/func/blob/main/schema/func_yaml-schema.json">its schema</a>,
 * which allows no other members.
 */
class FuncTest {

    private static final Set<String> MEMBERS =
            Set.of(
                    "specVersion",
                    "name",
                    "domain",
                    "runtime",
                    "registry",
                    "registryInsecure",
                    "image",
                    "namespace",
                    "deployer",
                    "created",
                    "invoke",
                    "build",
                    "run",
                    "deploy");

    private static final Set<String> DEPLOY =
            Set.of(
                    "namespace",
                    "image",
                    "annotations",
                    "options",
                    "labels",
                    "healthEndpoints",
                    "serviceAccountName",
                    "imagePullSecret",
                    "deployer",
                    "subscriptions",
                    "managementDisabled");

    @Test
    void funcTakesTheFile() throws IOException {
        JsonNode func = new YAMLMapper().readTree(Path.of("func/func.yaml").toFile());

        assertThat(MEMBERS).containsAll(names(func));
        assertThat(DEPLOY).containsAll(names(func.get("deploy")));
        assertThat(func.get("specVersion").asText()).matches("0\\.\\d+\\.0");
        assertThat(func.get("name").asText()).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
        assertThat(func.get("invoke").asText()).isIn("http", "cloudevent");
        assertThat(Instant.parse(func.get("created").asText())).isBefore(Instant.now());
    }

    /** The paths of the function, as in its own tests. */
    @Test
    void itsProbesAreThoseOfTheFunction() throws IOException {
        JsonNode probes =
                new YAMLMapper()
                        .readTree(Path.of("func/func.yaml").toFile())
                        .at("/deploy/healthEndpoints");

        assertThat(names(probes)).containsExactly("liveness", "readiness");
        assertThat(Stream.of("liveness", "readiness").map(name -> probes.get(name).asText()))
                .containsExactly("/health/liveness", "/health/readiness");
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }
}
