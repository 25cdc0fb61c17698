package dev.onnxfunction.spring.web;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import java.util.Map;

/**
 * Moves the URLs of the whole catalog below a path that no client can reach. Otherwise a client
 * could call any function of the application by its name, and with a definition, any path would
 * call it.
 */
final class InternalPath implements EnvironmentPostProcessor {

    static final String SETTING = "spring.cloud.function.web.path";

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("functionWebPath", Map.of(SETTING, "/-functions")));
    }
}
