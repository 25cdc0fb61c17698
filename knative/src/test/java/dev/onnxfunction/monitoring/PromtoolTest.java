package dev.onnxfunction.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks the rules and queries with Prometheus' own tool, on machines that have it (Debian's
 * package {@code prometheus}), and always in continuous integration.
 */
@Tag("slow")
class PromtoolTest {

    private static final Path TESTS = Path.of("src/test/resources/dev/onnxfunction/monitoring");
    private static final YAMLMapper YAML = new YAMLMapper();

    @TempDir private Path folder;

    /** The exit code and output of a run. */
    private record Run(int exit, String output) {}

    @BeforeAll
    static void isThere() {
        if (Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "promtool")))) {
            return;
        }
        String missing = "promtool is not on the PATH: install Debian's package prometheus.";
        if ("true".equals(System.getenv("CI"))) {
            fail(missing);
        }
        System.err.println("NOT TESTED: the rules of knative/monitoring. " + missing);
        abort(missing);
    }

    @Test
    void everyAlertFiresWhenItShouldAndNoneWhenAllIsWell() throws Exception {
        YAML.writeValue(file("rules.yaml"), Monitoring.rules().path("spec"));
        StringBuilder text = new StringBuilder();
        for (String tests : List.of("rules.test.yaml", "drift.test.yaml")) {
            Files.copy(TESTS.resolve(tests), folder.resolve(tests));
            text.append(Files.readString(TESTS.resolve(tests)));
        }

        Run run = promtool("test", "rules", "rules.test.yaml", "drift.test.yaml");

        assertThat(run.output()).contains("SUCCESS");
        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(Monitoring.rules().findValuesAsText("alert"))
                .allMatch(alert -> text.indexOf("alertname=\"" + alert + "\"") >= 0);
    }

    @Test
    void everyQueryIsPromQl() throws Exception {
        writeAsRules(List.copyOf(Monitoring.allQueries().values()));

        Run run = promtool("check", "rules", "queries.yaml");

        assertThat(run.exit()).as(run.output()).isZero();
        int queries = Monitoring.allQueries().size();
        assertThat(run.output()).contains("SUCCESS: " + queries + " rules found");
    }

    @Test
    void aWrongQueryIsTold() throws Exception {
        writeAsRules(List.of("sum(rate(a[5m])"));

        Run run = promtool("check", "rules", "queries.yaml");

        assertThat(run.exit()).isNotZero();
        assertThat(run.output()).contains("unclosed left parenthesis");
    }

    private void writeAsRules(List<String> queries) throws IOException {
        ObjectNode document = YAML.createObjectNode();
        ObjectNode group = document.putArray("groups").addObject().put("name", "queries");
        ArrayNode rules = group.putArray("rules");
        for (String query : queries) {
            rules.addObject().put("record", "q" + rules.size()).put("expr", query);
        }
        YAML.writeValue(file("queries.yaml"), document);
    }

    private File file(String name) {
        return folder.resolve(name).toFile();
    }

    private Run promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }
}
