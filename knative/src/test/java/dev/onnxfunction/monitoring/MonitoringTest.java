package dev.onnxfunction.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import dev.onnxfunction.monitoring.PromQl.Matcher;
import dev.onnxfunction.monitoring.PromQl.Selector;

import org.junit.jupiter.api.Test;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** PodMonitoring, dashboard and alerts are valid for Google Cloud, and fit each other. */
class MonitoringTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    @Test
    void thePodMonitoringIsOne() throws Exception {
        JsonNode base = Monitoring.podMonitoring();
        JsonNode changed = Monitoring.publicPodMonitoring();

        assertThat(faults("pod-monitoring", base)).isEmpty();
        assertThat(faults("pod-monitoring", changed)).isEmpty();
        assertThat(base.findValue("authorization")).isNull();
        assertThat(changed.findValue("authorization").path("type").asText()).isEqualTo("Bearer");
    }

    @Test
    void theSchemaWouldTellOfAMistake() throws Exception {
        JsonNode wrong =
                YAML.readTree(
                        YAML.writeValueAsString(Monitoring.podMonitoring())
                                .replace("interval", "intervall")
                                .replace("- \"pod\"", "- \"pods\"")
                                .replace("to: \"revision\"", "to: \"namespace\""));

        assertThat(faults("pod-monitoring", wrong))
                .hasSize(4)
                .anyMatch(fault -> fault.contains("intervall"))
                .anyMatch(fault -> fault.contains("metadata/0: "))
                .anyMatch(fault -> fault.contains("fromPod/0/to: "));
    }

    @Test
    void thePodsAreThoseOfTheServiceAndTheKeyIsOneThatTheFunctionKnowsAndTheCollectorMayRead()
            throws Exception {
        JsonNode service = YAML.readTree(Path.of("base/service.yaml").toFile());
        String name = service.path("metadata").path("name").asText();
        JsonNode changed = Monitoring.publicPodMonitoring();
        String secret = changed.findValue("secret").path("name").asText();

        assertThat(changed.findValue("matchLabels"))
                .isEqualTo(YAML.createObjectNode().put("serving.knative.dev/service", name));
        assertThat(YAML.readTree(Path.of("keys/kustomization.yaml").toFile()).toString())
                .contains("name: " + secret);
        JsonNode role = YAML.readTree(Path.of("monitoring/public/read-key.yaml").toFile());
        assertThat(role.findValue("resourceNames")).isEqualTo(YAML.createArrayNode().add(secret));
    }

    @Test
    void theRulesAreSome() throws Exception {
        assertThat(faults("rules", Monitoring.rules())).isEmpty();
        assertThat(Monitoring.ruleQueries()).hasSizeGreaterThan(10);
    }

    @Test
    void theDashboardIsOneWhoseTilesLieSideBySide() throws Exception {
        JsonNode dashboard = Monitoring.dashboard();

        assertThat(faults("dashboard", dashboard)).isEmpty();
        // The label by which teardown finds what setup created; a filter treats an empty label as
        // none.
        assertThat(dashboard.path("labels").path("onnxfunction-setup").asText()).isNotEmpty();
        Set<List<Integer>> taken = new HashSet<>();
        int area = 0;
        for (JsonNode tile : dashboard.findValue("tiles")) {
            int right = tile.path("xPos").asInt() + tile.path("width").asInt();
            int bottom = tile.path("yPos").asInt() + tile.path("height").asInt();
            assertThat(right).isLessThanOrEqualTo(48);
            for (int x = tile.path("xPos").asInt(); x < right; x++) {
                for (int y = tile.path("yPos").asInt(); y < bottom; y++) {
                    assertThat(taken.add(List.of(x, y))).as("%s", tile).isTrue();
                }
            }
            area += tile.path("width").asInt() * tile.path("height").asInt();
        }
        int height = taken.stream().mapToInt(cell -> cell.get(1)).max().orElseThrow() + 1;
        assertThat(area).as("no gaps").isEqualTo(48 * height);
        assertThat(dashboard.findValuesAsText("title")).doesNotHaveDuplicates();
    }

    @Test
    void everySelectorIsOfThisScrapeOrRecorded() throws Exception {
        String job = Monitoring.podMonitoring().path("metadata").path("name").asText();
        Set<String> recorded = Monitoring.recorded();

        Monitoring.allQueries()
                .forEach(
                        (title, query) ->
                                assertThat(PromQl.of(query).selectors())
                                        .as("%s: %s", title, query)
                                        .isNotEmpty()
                                        .allMatch(
                                                selector ->
                                                        recorded.contains(selector.metric())
                                                                || isOfGke(selector)
                                                                || isOf(job, selector)));
    }

    private static boolean isOf(String job, Selector selector) {
        return new Matcher("=", job).equals(selector.matchers().get("job"));
    }

    /** Google's own metrics have other labels; the dashboard has one of them. */
    private static boolean isOfGke(Selector selector) {
        return selector.metric().equals("kubernetes_io:container_memory_limit_utilization")
                && selector.matchers().containsKey("monitored_resource");
    }

    @Test
    void whatTextsOfAnAlertShowIsALabelOfIt() throws Exception {
        for (JsonNode alert : Monitoring.rules().findParents("alert")) {
            Set<String> labels = new TreeSet<>();
            PromQl query = PromQl.of(alert.path("expr").asText());
            labels.addAll(query.labels());
            query.selectors().forEach(selector -> labels.addAll(level(selector.metric())));

            List<String> shown =
                    Pattern.compile("\\$labels\\.(\\w+)")
                            .matcher(alert.path("annotations").toString())
                            .results()
                            .map((MatchResult result) -> result.group(1))
                            .toList();

            assertThat(labels).as(alert.path("alert").asText()).containsAll(shown);
        }
    }

    /** The labels of a recorded metric: {@code LABEL_LABEL:METRIC:OPERATION}. */
    static List<String> level(String metric) {
        int end = metric.indexOf(':');
        return end < 0 ? List.of() : List.of(metric.substring(0, end).split("_", -1));
    }

    @Test
    void queriesAreReadAsTheyAre() {
        PromQl query =
                PromQl.of(
                        "100 * sum by (le, pod) (rate(a_bucket{job=\"x\", uri=~\"/a|/b\"}[5m]))"
                                + " / on (pod) group_left () b:c:1d unless count(d{e!=\"f,}\"}) > 0"
                                + " or time() - 3600");

        assertThat(query.labels()).containsExactly("le", "pod");
        assertThat(query.selectors())
                .containsExactly(
                        new Selector(
                                "a_bucket",
                                Map.of(
                                        "job",
                                        new Matcher("=", "x"),
                                        "uri",
                                        new Matcher("=~", "/a|/b"))),
                        new Selector("b:c:1d", Map.of()),
                        new Selector("d", Map.of("e", new Matcher("!=", "f,}"))));
    }

    private static List<String> faults(String schema, JsonNode document) throws Exception {
        String name = schema + ".schema.json";
        try (InputStream text =
                requireNonNull(MonitoringTest.class.getResourceAsStream(name), name)) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(
                            new String(text.readAllBytes(), StandardCharsets.UTF_8),
                            InputFormat.JSON)
                    .validate(document.toString(), InputFormat.JSON)
                    .stream()
                    .map(Object::toString)
                    .toList();
        }
    }
}
