package dev.onnxfunction.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.Prediction;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Project;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A Spring Boot application with the starter on its class path. */
class StarterTest {

    private static final String LOCATION =
            "model.location=" + Boston.FOLDER.resolve("model.onnx").toAbsolutePath();
    private static final double PREDICTION = 29.80673285033054;

    private final ApplicationContextRunner application =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    ContextFunctionCatalogAutoConfiguration.class,
                                    HealthAutoConfiguration.class,
                                    MetersAutoConfiguration.class,
                                    OnnxFunctionAutoConfiguration.class))
                    .withPropertyValues(LOCATION);

    @Test
    void predictIsABeanAndInTheCatalog() {
        application.run(
                context -> {
                    Function<Map<String, Object>, Prediction> bean = context.getBean(Predict.class);
                    Function<Map<String, Object>, Prediction> named =
                            context.getBean(FunctionCatalog.class).lookup("predict");

                    assertThat(bean.apply(row()).predict())
                            .isCloseTo(PREDICTION, within(1e-9 * PREDICTION));
                    assertThat(named.apply(row())).isEqualTo(bean.apply(row()));
                });
    }

    @Test
    void rowsArePredictedInOneCallAndFaultsKeepTheirRow() {
        application.run(
                context -> {
                    Predict predict = context.getBean(Predict.class);

                    assertThat(predict.applyAll(List.of(row(), row())))
                            .containsExactly(predict.apply(row()), predict.apply(row()));
                    assertThat(predict.applyAll(List.of())).isEmpty();
                    Map<String, Object> faulty = row();
                    faulty.remove("RM");
                    assertThat(
                                    catchInvalid(() -> predict.applyAll(List.of(row(), faulty)))
                                            .faults()
                                            .listed())
                            .singleElement()
                            .hasToString("row 1, RM: missing");
                });
    }

    private static InvalidRowsException catchInvalid(Runnable call) {
        try {
            call.run();
        } catch (InvalidRowsException e) {
            return e;
        }
        throw new AssertionError("It is valid.");
    }

    @Test
    void settingsHaveTheNamesAndDefaultsOfTheImage() {
        application
                .withPropertyValues(
                        "limits.max-rows=3",
                        "limits.max-body=1KB",
                        "explain.timeout=5s",
                        "predict.timeout=7",
                        "MODEL_THREADS=2")
                .run(
                        context -> {
                            Settings settings = context.getBean(Settings.class);
                            assertThat(settings.limits().maxRows()).isEqualTo(3);
                            assertThat(settings.limits().maxBody()).isEqualTo(1024);
                            assertThat(settings.limits().maxCells()).isEqualTo(1_000_000);
                            assertThat(settings.explain().timeout()).hasSeconds(5);
                            assertThat(settings.predict().timeout()).hasSeconds(7);
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limits.max-rows=0 | The setting limits.max-rows (LIMITS_MAX_ROWS) is \"0\", must"
                        + " be a whole number from 1 to 1000000.",
                "limits.max-rows=many | The setting limits.max-rows (LIMITS_MAX_ROWS) is \"many\","
                        + " must be a whole number from 1 to 1000000.",
                "predict.timeout=1500ms | must be 1 to 86400 seconds such as 20s.",
                "model.location=/no/such.onnx | /no/such.onnx"
            })
    void aWrongSettingStopsTheStartWithTheSentencesOfTheImage(String setting, String sentence) {
        application
                .withPropertyValues(setting)
                .run(
                        context -> {
                            FailureAnalysis analysis =
                                    analysis(requireNonNull(context.getStartupFailure()), setting);
                            assertThat(analysis.getDescription()).contains(sentence);
                            assertThat(analysis.getAction()).isNotBlank();
                        });
    }

    private static FailureAnalysis analysis(Throwable failure, String setting) {
        String[] parts = setting.split("=", -1);
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("set", Map.of(parts[0], parts[1])));
        FailureAnalysis analysis = new SettingFailureAnalyzer(environment).analyze(failure);
        if (analysis == null) {
            analysis = new StartFailureAnalyzer().analyze(failure);
        }
        if (analysis == null) {
            throw new AssertionError("Nobody explains it.", failure);
        }
        return analysis;
    }

    @Test
    void healthIsUpWhileTheModelAnswers() {
        application.run(
                context -> {
                    assertThat(health(context).getStatus()).isEqualTo(Status.UP);
                    assertThat(health(context).getDetails())
                            .hasEntrySatisfying(
                                    "model",
                                    name ->
                                            assertThat(name.toString())
                                                    .startsWith("boston-house-prices@"));
                    context.getBean(OnnxModel.class).close();
                    assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
                });
    }

    private static Health health(ApplicationContext context) {
        return requireNonNull(context.getBean(HealthIndicator.class).health());
    }

    @Test
    void rowsAreCountedWhoeverAsks() {
        application.run(
                context -> {
                    MeterRegistry registry = new SimpleMeterRegistry();
                    context.getBean(MeterBinder.class).bindTo(registry);
                    Predict predict = context.getBean(Predict.class);
                    predict.applyAll(List.of(row(), row(), row()));
                    catchInvalid(() -> predict.apply(Map.of("CRIM", "high")));

                    assertThat(registry.get("onnx.function.rows").functionCounter().count())
                            .isEqualTo(3);
                    assertThat(
                                    registry.get("onnx.function.feature.invalid")
                                            .tag("feature", "CRIM")
                                            .functionCounter()
                                            .count())
                            .isEqualTo(1);
                });
    }

    @Test
    void theReadmesNameTheVersions() throws IOException {
        String pom = Files.readString(Project.ROOT.resolve("pom.xml"));
        String own = first(pom, "<artifactId>onnx-function</artifactId>\\s*<version>([^<]+)<");
        String framework = first(pom, "<spring-cloud-function.version>([^<]+)<");

        assertThat(Project.ROOT.resolve("function/spring-boot-starter/README.md"))
                .content()
                .contains("<version>" + own + "</version>")
                .contains("`org.springframework.cloud:spring-cloud-function-web` " + framework);
        assertThat(Project.ROOT.resolve("function/core/README.md"))
                .content()
                .contains("`dev.onnxfunction:onnx-function-core:" + own + "`");
    }

    private static String first(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().findFirst().orElseThrow().group(1);
    }

    @Test
    void theReadmeListsTheMeters() throws IOException {
        Path readme = Project.ROOT.resolve("function/spring-boot-starter/README.md");
        Set<String> listed =
                Pattern.compile("`(onnx\\.function\\.[a-z.]+)`")
                        .matcher(Files.readString(readme))
                        .results()
                        .map(name -> name.group(1))
                        .collect(toSet());

        application.run(
                context -> {
                    MeterRegistry registry = new SimpleMeterRegistry();
                    context.getBean(MeterBinder.class).bindTo(registry);

                    assertThat(registry.getMeters())
                            .map(meter -> meter.getId().getName())
                            .containsAll(listed)
                            .isSubsetOf(listed);
                });
    }

    @Test
    void itStartsWithoutActuatorAndMicrometer() {
        application
                .withClassLoader(
                        new FilteredClassLoader("io.micrometer", "org.springframework.boot.health"))
                .run(context -> assertThat(context).hasSingleBean(Predict.class));
    }

    @Test
    void twoModelsTakeThePlaceOfTheOne() {
        application
                .withUserConfiguration(TwoModels.class)
                .run(
                        context -> {
                            assertThat(context).hasNotFailed();
                            assertThat(context.getBeansOfType(Predict.class))
                                    .containsOnlyKeys("first", "second");
                        });
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoModels {

        @Bean
        OnnxModel firstModel() {
            return OnnxModel.load(model());
        }

        @Bean
        OnnxModel secondModel() {
            return OnnxModel.load(model());
        }

        @Bean
        Predict first(OnnxModel firstModel) {
            return Predict.with(firstModel);
        }

        @Bean
        Predict second(OnnxModel secondModel) {
            return Predict.with(secondModel);
        }

        private static Settings.Model model() {
            return new Settings.Model(Boston.FOLDER.resolve("model.onnx"), List.of(), false, 1);
        }
    }

    @Test
    void editorsKnowTheSettings() throws Exception {
        try (InputStream metadata =
                FunctionProperties.class.getResourceAsStream(
                        "/META-INF/spring-configuration-metadata.json")) {
            assertThat(metadata).isNotNull();
            List<String> names =
                    JsonMapper.shared()
                            .readTree(metadata)
                            .get("properties")
                            .valueStream()
                            .map((JsonNode property) -> property.get("name").asString())
                            .toList();
            assertThat(names)
                    .contains("limits.max-body", "limits.max-rows", "limits.max-cells")
                    .containsAll(settingsOfTheImage());
        }
    }

    /**
     * Returns the image's settings, except limits of connections and settings that Spring Boot has
     * itself.
     */
    private static List<String> settingsOfTheImage() {
        List<String> names = new ArrayList<>();
        Settings.from(
                new StandardEnvironment() {
                    @Override
                    public @Nullable String getProperty(String name) {
                        if (name.matches("(model|predict|explain|access)\\..*")) {
                            names.add(name);
                        }
                        return null;
                    }
                });
        assertThat(names).hasSizeGreaterThan(8);
        return names;
    }

    private static Map<String, Object> row() {
        return new HashMap<>(
                JsonMapper.shared().convertValue(Boston.example(), new TypeReference<>() {}));
    }
}
