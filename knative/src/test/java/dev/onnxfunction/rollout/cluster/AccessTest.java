package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Outcome;
import dev.onnxfunction.rollout.engine.State;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The account of the builds may do what a rollout does, and no Secret but one is among it. */
class AccessTest {

    private static final Path ROLE = Path.of("gke/access/deploy.yaml");
    private static final Pattern CALL =
            Pattern.compile(
                    "(\\w+) /apis?/(?:([^/]+)/)?v1/namespaces/[^/]+/(\\w+)(/[^/?]+)?(/\\w+)?"
                            + "(\\?.*)?");

    @Test
    void everyCallOfARolloutIsAllowed() throws Exception {
        TreeSet<String> asked = new TreeSet<>();
        try (TestCluster cluster = new TestCluster()) {
            Gates passing = (running, _) -> new Passed(running.stage(), cluster.clock().instant());
            Gates failing = (_, _) -> new Failed(Outcome.FAILED, "It failed.");
            cluster.serve("f");
            assertThat(cluster.deploy("f", "f-2", passing)).isEqualTo(Exit.DONE);
            assertThat(cluster.deploy("f", "f-3", failing)).isEqualTo(Exit.RETURNED);
            cluster.pod("f-4", "ImagePullBackOff", "no such image");
            cluster.knative.decide("f-4", FakeKnative.Fate.BROKEN);
            cluster.deploy("f", "f-4", passing);
            cluster.run("f", new State.Rollback("r"));
            for (int i = 5; i < 12; i++) {
                cluster.deploy("f", "f-" + i, passing);
            }
            cluster.deploy("g", "g-1", failing);
            cluster.api.calls().forEach(call -> asked.add(permission(call)));
        }

        assertThat(asked).contains("serving.knative.dev/services update");
        assertThat(allowed()).containsAll(asked);
    }

    @Test
    void ofTheSecretsOnlyTheKeysOfTheClientsCanBeRead() throws Exception {
        int rules = 0;
        for (JsonNode rule : new YAMLMapper().readTree(ROLE.toFile()).path("rules")) {
            rules++;
            assertThat(rule.toString()).doesNotContain("*");
            if (rule.path("resources").toString().contains("secrets")) {
                assertThat(rule.path("resourceNames").toString())
                        .isEqualTo("[\"onnx-function-keys\"]");
                assertThat(rule.path("verbs").toString()).isEqualTo("[\"get\"]");
            }
        }
        assertThat(rules).isGreaterThan(3);
    }

    private static String permission(String call) {
        Matcher parts = CALL.matcher(call);
        assertThat(parts.matches()).as(call).isTrue();
        String group = parts.group(2) == null ? "" : parts.group(2);
        String sub = parts.group(5) == null ? "" : parts.group(5);
        String resource = group + "/" + parts.group(3) + sub;
        boolean named = parts.group(4) != null;
        boolean watch = String.valueOf(parts.group(6)).contains("watch=true");
        return resource
                + switch (parts.group(1)) {
                    case "GET" -> watch ? " watch" : named ? " get" : " list";
                    case "POST" -> " create";
                    case "PUT" -> " update";
                    case "PATCH" -> " patch";
                    case "DELETE" -> named ? " delete" : " deletecollection";
                    default -> throw new IllegalArgumentException(call);
                };
    }

    private static Set<String> allowed() throws Exception {
        TreeSet<String> allowed = new TreeSet<>();
        JsonNode role = new YAMLMapper().readTree(ROLE.toFile());
        for (JsonNode rule : role.path("rules")) {
            for (JsonNode resource : rule.path("resources")) {
                for (JsonNode verb : rule.path("verbs")) {
                    allowed.add(
                            rule.path("apiGroups").path(0).asText()
                                    + "/"
                                    + resource.asText()
                                    + " "
                                    + verb.asText());
                }
            }
        }
        return allowed;
    }
}
