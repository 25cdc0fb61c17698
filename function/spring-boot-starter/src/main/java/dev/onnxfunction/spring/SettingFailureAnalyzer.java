package dev.onnxfunction.spring;

import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Reports a setting that cannot be converted with the same message as the image. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SettingFailureAnalyzer
        extends AbstractFailureAnalyzer<ConfigurationPropertiesBindException> {

    private final Environment environment;

    SettingFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(
            Throwable root, ConfigurationPropertiesBindException failure) {
        try {
            Settings.from(environment);
            return null; // The setting is not one of the function's.
        } catch (StartException e) {
            return new FailureAnalysis(e.getMessage(), e.remedy(), failure);
        }
    }
}
