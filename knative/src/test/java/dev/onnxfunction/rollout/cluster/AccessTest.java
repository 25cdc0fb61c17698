package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Outcome;
import dev.onnxfunction.rollout.engine.State;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Role of a Job has the rights that whole rollouts need and no others: without any one verb, a
 * rollout fails. Whoever submits the Job needs fewer.
 */
@Tag("slow")
class AccessTest {

    private static final Path JOB = Path.of("access/job.yaml");
    private static final Path SUBMIT = Path.of("access/submit.yaml");
    private static final Pattern CALL =
            Pattern.compile(
                    "(\\w+) /apis?/(?:([^/]+)/)?v1/namespaces/[^/]+/(\\w+)(/[^/?]+)?(/\\w+)?"
                            + "(\\?.*)?");

    @TempDir private Path folder;

    @Test
    void everyCallOfARolloutIsInTheRoleAndNothingElseIs() throws Exception {
        TreeSet<String> asked = new TreeSet<>();
        try (TestCluster cluster = new TestCluster()) {
            rollOut(cluster);
            cluster.api.calls().forEach(call -> asked.add(permission(call)));
        }

        assertThat(asked).isEqualTo(allowed(JOB));
    }

    @Test
    void eachVerbOfTheRoleIsMissedWhereItIsNot() throws Exception {
        List<String> usual;
        try (TestCluster cluster = new TestCluster()) {
            usual = rollOut(cluster);
        }
        for (String verb : allowed(JOB)) {
            try (TestCluster cluster = new TestCluster()) {
                cluster.hurry = 10;
                cluster.api.forbidden = call -> permission(call).equals(verb);

                assertThat(rollOut(cluster)).as(verb).isNotEqualTo(usual);
            }
        }
    }

    /**
     * A candidate that wins, one that fails, one that does not start, a rollback, and a first
     * deployment.
     */
    private static List<String> rollOut(TestCluster cluster) {
        List<String> ends = new ArrayList<>();
        Gates passing = cluster.passing();
        Gates failing = (_, _) -> new Failed(Outcome.FAILED, "It failed.");
        cluster.serve("f");
        ends.add(cluster.deploy("f", "f-2", passing).name());
        ends.add(cluster.deploy("f", "f-3", failing).name());
        cluster.pod("f-4", "ImagePullBackOff", "no such image");
        cluster.knative.decide("f-4", FakeKnative.Fate.BROKEN);
        ends.add(cluster.deploy("f", "f-4", passing).name());
        ends.add(cluster.run("f", new State.Rollback("r")).name());
        ends.add(cluster.deploy("f", "f-5", passing).name()); // Old revisions are deleted.
        ends.add(cluster.deploy("g", "g-1", failing).name());
        ends.add(Boolean.toString(cluster.knative.exists("g")));
        ends.add(Boolean.toString(cluster.said().contains("injected")));
        return ends;
    }

    @Test
    void whoeverSubmitsNeedsNoRightOnServicesAndNoSecret() throws Exception {
        TreeSet<String> asked = new TreeSet<>();
        try (TestCluster cluster = new TestCluster()) {
            FakeJobs jobs = cluster.jobs(folder, (_, _, out) -> 0);
            new Submission(cluster, jobs).everything();
            cluster.api.calls().forEach(call -> asked.add(permission(call)));
        }

        assertThat(asked).isEqualTo(allowed(SUBMIT));
        assertThat(allowed(SUBMIT)).noneMatch(each -> each.contains("serving.knative.dev"));
    }

    @Test
    void noRoleReachesASecretOrEverything() throws Exception {
        for (Path role : List.of(JOB, SUBMIT, Path.of("gke/access/deploy.yaml"))) {
            assertThat(allowed(role))
                    .isNotEmpty()
                    .noneMatch(each -> each.contains("secrets") || each.contains("*"));
        }
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

    private static Set<String> allowed(Path file) throws Exception {
        TreeSet<String> allowed = new TreeSet<>();
        try (var documents = new YAMLMapper().readerFor(JsonNode.class).readValues(file.toFile())) {
            while (documents.hasNext()) {
                rules((JsonNode) documents.next(), allowed);
            }
        }
        return allowed;
    }

    private static void rules(JsonNode role, Set<String> allowed) {
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
    }
}
