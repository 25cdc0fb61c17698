package dev.onnxfunction.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.onnxfunction.testing.Project;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.PropertySourcesPropertyResolver;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

class SettingsTest {

    @Test
    void nothingNeedsToBeSet() {
        Settings settings = from(Map.of());

        assertThat(settings.model()).isEqualTo(new Settings.Model(null, List.of(), false, 1));
        assertThat(settings.limits())
                .isEqualTo(
                        new Settings.Limits(
                                2 << 20, 32 << 20, 16 << 20, 10_000, 1_000_000, 16_384));
        assertThat(settings.explain())
                .isEqualTo(new Settings.Explain(100, 100, 16, Duration.ofSeconds(60)));
        assertThat(settings.predict().timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.log())
                .isEqualTo(new Settings.Log(false, Settings.Access.ALL, 0, null, null));
        assertThat(settings.traces()).isNull();
        assertThat(settings.server())
                .isEqualTo(
                        new Settings.Server(
                                null,
                                8080,
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(120),
                                Duration.ofSeconds(20)));
    }

    @Test
    void aStackTraceBeginsWithWhatHappenedAndWhatToDo() {
        assertThat(new StartException("The model is a folder.", "Name a file."))
                .hasToString(
                        "dev.onnxfunction.settings.StartException: The model is a folder. Name a"
                                + " file.");
    }

    @Test
    void theReadmeListsEverySettingWithItsDefault() throws IOException {
        Map<String, String> documented = tableInTheReadme();

        assertThat(documented.keySet()).containsExactlyInAnyOrderElementsOf(namesThatAreRead());
        Map<String, String> defaults = new TreeMap<>(documented);
        defaults.values().removeIf(value -> !value.matches("[0-9]+[A-Za-z]*|`[a-z]+`"));
        assertThat(defaults).hasSizeGreaterThan(20);
        assertThat(defaults)
                .allSatisfy(
                        (name, value) ->
                                assertThat(from(Map.of(name, value.replace("`", ""))))
                                        .isEqualTo(from(Map.of())));
    }

    /** From the name of a setting to its default as the README writes it. */
    private static Map<String, String> tableInTheReadme() throws IOException {
        String readme = Files.readString(Project.FUNCTION.resolve("README.md"));
        int start = readme.indexOf("| setting | default | |");
        Map<String, String> table = new TreeMap<>();
        for (String line : readme.substring(start, readme.indexOf("\n\n", start)).split("\n", -1)) {
            String[] cells = line.split(" *\\| *", 4);
            Pattern.compile("`([^`]+)`")
                    .matcher(cells[1])
                    .results()
                    .forEach(name -> table.put(name.group(1), cells[2]));
        }
        return table;
    }

    private static Set<String> namesThatAreRead() {
        Set<String> names = new TreeSet<>();
        MutablePropertySources sources = new MutablePropertySources();
        sources.addFirst(
                new PropertySource<>("names") {
                    @Override
                    public @Nullable Object getProperty(String name) {
                        names.add(name);
                        return null;
                    }
                });
        Settings.from(new PropertySourcesPropertyResolver(sources));
        names.remove("k.revision"); // Knative sets it.
        return names;
    }

    @Test
    void everythingCanBeSetByTheEnvironment() {
        Settings settings =
                from(
                        Map.ofEntries(
                                Map.entry("MODEL_LOCATION", "/models/a.onnx"),
                                Map.entry("MODEL_FEATURES", "area, rooms ,lift"),
                                Map.entry("MODEL_MISSING", "allowed"),
                                Map.entry("MODEL_THREADS", "4"),
                                Map.entry("PREDICT_TIMEOUT", "2s"),
                                Map.entry("EXPLAIN_TIMEOUT", "5s"),
                                Map.entry("EXPLAIN_MAX_WAITING", "3"),
                                Map.entry("LIMITS_MAX_BODY", "512KB"),
                                Map.entry("LIMITS_BODY_MEMORY", "1MB"),
                                Map.entry("LIMITS_MAX_ROWS", "7"),
                                Map.entry("LIMITS_MAX_CELLS", "50"),
                                Map.entry("LIMITS_CONNECTION_MEMORY", "128KB"),
                                Map.entry("LIMITS_MAX_CONNECTIONS", "100"),
                                Map.entry("EXPLAIN_SAMPLES", "30"),
                                Map.entry("EXPLAIN_MAX_ROWS", "5"),
                                Map.entry("ACCESS_KEYS", "/secrets/keys"),
                                Map.entry("LOG_FORMAT", "text"),
                                Map.entry("LOG_ACCESS", "failures"),
                                Map.entry("LOG_PAYLOADS", "0.25"),
                                Map.entry("GOOGLE_CLOUD_PROJECT", "my-project"),
                                Map.entry("K_REVISION", "prices-00002"),
                                Map.entry("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
                                Map.entry("SERVER_ADDRESS", "127.0.0.1"),
                                Map.entry("PORT", "9090"),
                                Map.entry("SERVER_REQUEST_TIMEOUT", "5s"),
                                Map.entry("SERVER_IDLE_TIMEOUT", "60"),
                                Map.entry("SERVER_SHUTDOWN_TIMEOUT", "30 s")));

        assertThat(settings.model())
                .isEqualTo(
                        new Settings.Model(
                                Path.of("/models/a.onnx"),
                                List.of("area", "rooms", "lift"),
                                true,
                                4));
        assertThat(settings.limits())
                .isEqualTo(new Settings.Limits(512 << 10, 1 << 20, 128 << 10, 7, 50, 100));
        assertThat(settings.explain())
                .isEqualTo(new Settings.Explain(30, 5, 3, Duration.ofSeconds(5)));
        assertThat(settings.predict().timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.log())
                .isEqualTo(
                        new Settings.Log(
                                false,
                                Settings.Access.FAILURES,
                                0.25,
                                "my-project",
                                "prices-00002"));
        assertThat(settings.traces()).isEqualTo(URI.create("http://collector:4318"));
        assertThat(settings.apiKeys()).isEqualTo(Path.of("/secrets/keys"));
        assertThat(settings.server().address()).hasToString("/127.0.0.1");
        assertThat(settings.server().port()).isEqualTo(9090);
        assertThat(settings.server().requestTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.server().idleTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.server().shutdownTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void onKnativeTheLogIsJson() {
        assertThat(from(Map.of("K_REVISION", "prices-00002")).log().json()).isTrue();
    }

    @Test
    void thereIsMemoryForTheLargestBody() {
        assertThat(from(Map.of("LIMITS_MAX_BODY", "100MB")).limits().bodyMemory())
                .isEqualTo(100 << 20);
    }

    @Test
    void anEmptyVariableIsNotSet() {
        assertThat(from(Map.of("MODEL_LOCATION", "", "PORT", " ", "MODEL_FEATURES", "")))
                .isEqualTo(from(Map.of()));
    }

    @Test
    void thePortOfTheServerGoesBeforeThePort() {
        assertThat(from(Map.of("SERVER_PORT", "1", "PORT", "2")).server().port()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "MODEL_MISSING   | yes      | model.missing    | \"allowed\" or unset",
                "MODEL_THREADS   | 0        | model.threads    | a whole number from 1 to 256",
                "MODEL_THREADS   | two      | model.threads    | a whole number from 1 to 256",
                "LIMITS_MAX_ROWS | 1000001  | limits.max-rows  | a whole number from 1 to 1000000",
                "LIMITS_MAX_ROWS | 1.5      | limits.max-rows  | a whole number from 1 to 1000000",
                "LIMITS_MAX_BODY | 2 apples | limits.max-body  | a size from 1B to 1024MB such as"
                        + " 64MB",
                "LIMITS_MAX_BODY | 2GB      | limits.max-body  | a size from 1B to 1024MB such as"
                        + " 64MB",
                "LIMITS_MAX_BODY | 0        | limits.max-body  | a size from 1B to 1024MB such as"
                        + " 64MB",
                "LIMITS_BODY_MEMORY | 1MB    | limits.body-memory | a size from 2097152B to 1024MB"
                        + " such as 64MB",
                "EXPLAIN_SAMPLES | 10001    | explain.samples  | a whole number from 1 to 10000",
                "EXPLAIN_MAX_ROWS | 0       | explain.max-rows | a whole number from 1 to 1000000",
                "LOG_FORMAT      | xml      | log.format       | \"text\", \"json\" or unset",
                "LOG_ACCESS      | none     | log.access       | \"all\", \"failures\", \"off\" or"
                        + " unset",
                "LOG_PAYLOADS    | 10%      | log.payloads     | a number from 0 to 1",
                "LOG_PAYLOADS    | 1.5      | log.payloads     | a number from 0 to 1",
                "LOG_PAYLOADS    | NaN      | log.payloads     | a number from 0 to 1",
                "GOOGLE_CLOUD_PROJECT | a\"b   | google.cloud.project | letters, digits, '-', '.'"
                        + " and ':'",
                "OTEL_EXPORTER_OTLP_ENDPOINT | collector:4318 | otel.exporter.otlp.endpoint |"
                        + " an address such as http://collector:4318",
                "OTEL_EXPORTER_OTLP_ENDPOINT | http:// | otel.exporter.otlp.endpoint |"
                        + " an address such as http://collector:4318",
                "HTTP_PROTOCOLS  | v2,v3    | http.protocols   | \"none\", or some of v2, v1,"
                        + " invocations, csv, ndjson, cloudevents, func with commas between",
                "MODEL_NAME      | a/b      | model.name       | 1 to 100 letters, digits, '-',"
                        + " '.', '_' and '~', not . or ..",
                "MODEL_NAME      | ..       | model.name       | 1 to 100 letters, digits, '-',"
                        + " '.', '_' and '~', not . or ..",
                "OTEL_EXPORTER_OTLP_ENDPOINT | http://collector:65536 |"
                        + " otel.exporter.otlp.endpoint | an address such as http://collector:4318",
                "PORT            | 65536    | port             | a whole number from 0 to 65535",
                "PORT            | http     | port             | a whole number from 0 to 65535",
                "SERVER_PORT     | -1       | server.port      | a whole number from 0 to 65535",
                "SERVER_ADDRESS  | 1.2.3.400 | server.address  | an address such as 127.0.0.1",
                "SERVER_IDLE_TIMEOUT | 1m   | server.idle-timeout | 1 to 86400 seconds such as 20s",
                "SERVER_IDLE_TIMEOUT | 0s   | server.idle-timeout | 1 to 86400 seconds such as 20s"
            })
    void aWrongSettingIsRefusedByName(String variable, String value, String name, String wanted) {
        StartException refused =
                catchThrowableOfType(StartException.class, () -> from(Map.of(variable, value)));

        assertThat(refused)
                .hasMessage(
                        "The setting %s (%s) is \"%s\", must be %s.",
                        name, variable, value, wanted);
        assertThat(refused.remedy()).isEqualTo("Correct it, or leave it unset for its default.");
    }

    /** Variables of Services that the pod does not use must not look like a user's mistake. */
    @Test
    void aPortThatKubernetesSetForAServiceIsExplained() {
        StartException refused =
                catchThrowableOfType(
                        StartException.class,
                        () -> from(Map.of("SERVER_PORT", "tcp://10.0.0.1:80")));

        assertThat(refused).hasMessageContaining("(SERVER_PORT) is \"tcp://10.0.0.1:80\"");
        assertThat(refused.remedy()).contains("Kubernetes sets", "enableServiceLinks: false");
        from(Map.of("MODEL_PORT", "tcp://10.0.0.1:80", "MODEL_SERVICE_HOST", "10.0.0.1"));
    }

    @Test
    void allProtocolsAreOnUnlessSomeAreNamedOrNone() {
        assertThat(from(Map.of()).http().protocols()).containsExactly(Protocol.values());
        assertThat(from(Map.of("HTTP_PROTOCOLS", "v2, csv")).http().protocols())
                .containsExactly(Protocol.V2, Protocol.CSV);
        assertThat(from(Map.of("HTTP_PROTOCOLS", "none")).http().protocols()).isEmpty();
    }

    @Test
    void aSettingThatTheLocaleHasTornIsRefused() {
        StartException refused =
                catchThrowableOfType(
                        StartException.class,
                        () -> from(Map.of("MODEL_FEATURES", "gr\ufffd\ufffde,rooms")));

        assertThat(refused)
                .hasMessage(
                        "The setting model.features (MODEL_FEATURES) has characters that the locale"
                                + " of this process does not have.");
        assertThat(refused.remedy()).isEqualTo("Set LC_ALL=C.UTF-8 as well.");
    }

    private static Settings from(Map<String, Object> environment) {
        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(new SystemEnvironmentPropertySource("environment", environment));
        return Settings.from(new PropertySourcesPropertyResolver(sources));
    }
}
