package dev.onnxfunction.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import io.fabric8.zjsonpatch.JsonPatch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The files of {@code knative/monitoring}. */
final class Monitoring {

    private static final Path FOLDER = Path.of("monitoring");
    private static final YAMLMapper YAML = new YAMLMapper();

    private Monitoring() {}

    static JsonNode podMonitoring() throws IOException {
        return YAML.readTree(FOLDER.resolve("base/pod-monitoring.yaml").toFile());
    }

    /** The PodMonitoring with the overlay for the public function. */
    static JsonNode publicPodMonitoring() throws IOException {
        JsonNode overlay = YAML.readTree(FOLDER.resolve("public/kustomization.yaml").toFile());
        String patch = overlay.path("patches").path(0).path("patch").asText();
        return JsonPatch.apply(YAML.readTree(patch), podMonitoring());
    }

    static JsonNode rules() throws IOException {
        return YAML.readTree(FOLDER.resolve("base/rules.yaml").toFile());
    }

    static JsonNode dashboard() throws IOException {
        return JsonMapper.builder().build().readTree(FOLDER.resolve("dashboard.json").toFile());
    }

    /** The expression of each rule, by the name of what it records or alerts. */
    static Map<String, String> ruleQueries() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        for (JsonNode rule : rules().findParents("expr")) {
            String name = rule.path("record").asText(rule.path("alert").asText());
            queries.put(name, rule.path("expr").asText());
        }
        return queries;
    }

    /** The metrics that the rules record. */
    static Set<String> recorded() throws IOException {
        return new TreeSet<>(rules().findValuesAsText("record"));
    }

    /** The queries of each widget, by its title and a number. */
    static Map<String, String> dashboardQueries() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        for (JsonNode widget : dashboard().findValues("widget")) {
            for (String query : widget.findValuesAsText("prometheusQuery")) {
                queries.put(widget.path("title").asText() + " #" + queries.size(), query);
            }
        }
        return queries;
    }

    static Map<String, String> allQueries() throws IOException {
        Map<String, String> queries = ruleQueries();
        queries.putAll(dashboardQueries());
        return queries;
    }
}
