package dev.onnxfunction.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.monitoring.PromQl.Matcher;
import dev.onnxfunction.monitoring.PromQl.Selector;
import dev.onnxfunction.monitoring.ScrapedMetrics.Sample;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The packaged function exports all metrics that the rules and the dashboard query. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path JAR = ROOT.resolve("function/target/function.jar");
    private static final Path MODEL =
            ROOT.resolve("training-notebook-export/examples/california/model.onnx");
    private static final Pattern SERVING = Pattern.compile("Serving .*:(\\d+)");
    private static final String PAUSE = "jvm_gc_pause_seconds_sum";
    private static final String KEY = "a-key-for-the-metrics";

    /** The labels that managed Prometheus adds to a scrape, by the PodMonitoring. */
    private static final Set<String> TARGET =
            Set.of("job", "instance", "namespace", "pod", "revision");

    /** Values of labels that a healthy function does not export. */
    private static final Set<String> NOT_PROVOKED = Set.of("SERVER_ERROR");

    private static final String ROW =
            """
            {"income": 4.05, "house_age": 9, "rooms": 5.67, "latitude": 33.5, "longitude": -117.4,
             "ocean_proximity": "near coast"}\
            """;

    private final HttpClient client = HttpClient.newHttpClient();
    private Process process;
    private URI address;
    private ScrapedMetrics scrape;

    @BeforeAll
    void isAskedAndScraped(@TempDir Path folder) throws Exception {
        assertThat(JAR)
                .as("what the module 'function' packages; build all modules with ./mvnw verify")
                .exists();
        Files.writeString(folder.resolve("metrics"), KEY);
        process = start(folder);
        address = address();

        assertThat(post("/predict", ROW, KEY)).isEqualTo(200);
        assertThat(post("/predict", ROW.replace("5.67", "null"), KEY)).isEqualTo(200);
        assertThat(post("/predict", ROW.replace("4.05", "400"), KEY)).isEqualTo(200);
        assertThat(post("/predict", ROW.replace("4.05", "\"4\""), KEY)).isEqualTo(400);
        assertThat(post("/predict", ROW, "a-wrong-key-of-somebody")).isEqualTo(401);
        assertThat(post("/explain", ROW, KEY)).isEqualTo(200);

        scrape = scrape();
        // The metric of a GC pause exists shortly after the first pause.
        for (int tries = 0; tries < 20 && scrape.labels(PAUSE).isEmpty(); tries++) {
            collectGarbage();
            scrape = scrape();
        }
    }

    @AfterAll
    void ends() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    static Stream<Map.Entry<String, String>> queries() throws IOException {
        return Monitoring.allQueries().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void theFunctionTellsWhatIsAskedFor(Map.Entry<String, String> titled) throws Exception {
        PromQl query = PromQl.of(titled.getValue());
        Set<String> labels = new TreeSet<>(TARGET);

        for (Selector selector : query.selectors()) {
            if (Monitoring.recorded().contains(selector.metric())) {
                labels.addAll(MonitoringTest.level(selector.metric()));
            } else if (selector.metric().startsWith("kubernetes_io:")) {
                labels.add("pod_name");
            } else if (!selector.metric().equals("up")) {
                labels.addAll(checked(selector));
            }
        }

        assertThat(labels).as(titled.getValue()).containsAll(query.labels());
    }

    /** All labels of a selector exist, and their values occur. */
    private Set<String> checked(Selector selector) {
        Map<String, Matcher> matchers =
                selector.matchers().entrySet().stream()
                        .filter(matcher -> !TARGET.contains(matcher.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Set<String> labels = scrape.labels(selector.metric());

        assertThat(scrape.of(Set.of(selector.metric()))).as(selector.metric()).isNotEmpty();
        assertThat(labels).as(selector.metric()).containsAll(matchers.keySet());
        matchers.values().removeIf(matcher -> NOT_PROVOKED.contains(matcher.value()));
        // An excluded value must exist, too, or it is misspelt.
        matchers.forEach(
                (label, matcher) ->
                        assertThat(scrape.of(Set.of(selector.metric())))
                                .as("%s by %s", selector, label)
                                .anyMatch(
                                        sample ->
                                                matcher.names(
                                                        sample.labels().getOrDefault(label, ""))));
        matchers.values().removeIf(Matcher::isNegative);
        assertThat(scrape.of(Set.of(selector.metric())))
                .as("%s", selector)
                .anyMatch(sample -> matchesAll(sample, matchers));
        return labels;
    }

    private static boolean matchesAll(Sample sample, Map<String, Matcher> matchers) {
        return matchers.entrySet().stream()
                .allMatch(
                        entry ->
                                entry.getValue()
                                        .names(sample.labels().getOrDefault(entry.getKey(), "")));
    }

    @Test
    void aScrapeKeepsTheLimitsOfThePodMonitoring() throws Exception {
        var limits = Monitoring.podMonitoring().path("spec").path("limits");

        assertThat(scrape.samples()).hasSizeLessThan(limits.path("samples").asInt());
        assertThat(scrape.samples())
                .allMatch(sample -> sample.labels().size() + 12 <= limits.path("labels").asInt());
        assertThat(scrape.samples())
                .as("labels that the target has, too, would be renamed")
                .noneMatch(sample -> sample.labels().keySet().stream().anyMatch(TARGET::contains));
    }

    /**
     * The overlay for the public function adds a key to the scrape; without the key, the scrape is
     * refused.
     */
    @Test
    void aScrapeNeedsAKeyWhereTheFunctionDoes() throws Exception {
        assertThat(get("/actuator/prometheus").headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        HttpRequest without =
                HttpRequest.newBuilder(address.resolve("/actuator/prometheus")).build();
        assertThat(client.send(without, BodyHandlers.discarding()).statusCode()).isEqualTo(401);
    }

    private static Process start(Path keys) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(tool("java"), "-XX:TieredStopAtLevel=1", "-jar", JAR.toString())
                        .redirectErrorStream(true);
        builder.environment()
                .putAll(
                        Map.of(
                                "MODEL_LOCATION",
                                MODEL.toString(),
                                "ACCESS_KEYS",
                                keys.toString(),
                                "PORT",
                                "0",
                                "SERVER_ADDRESS",
                                "127.0.0.1"));
        return builder.start();
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private URI address() throws IOException {
        StringBuilder log = new StringBuilder();
        var lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            log.append(line).append('\n');
            var serving = SERVING.matcher(line);
            if (serving.find()) {
                return URI.create("http://127.0.0.1:" + serving.group(1));
            }
        }
        throw new AssertionError("The function did not start: " + log);
    }

    private int post(String path, String body, String key) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve(path))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve(path))
                        .header("Authorization", "Bearer " + KEY)
                        .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response;
    }

    private ScrapedMetrics scrape() throws Exception {
        return ScrapedMetrics.of(get("/actuator/prometheus").body());
    }

    private void collectGarbage() throws Exception {
        Process jcmd =
                new ProcessBuilder(tool("jcmd"), Long.toString(process.pid()), "GC.run")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(said).isZero();
    }
}
