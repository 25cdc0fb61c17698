package dev.onnxfunction.spring;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.settings.Settings;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * The model as beans: {@link OnnxModel}, and {@link Predict}, which is {@code predict} in Spring
 * Cloud Function's catalog. A bean of the application replaces each of them.
 */
@AutoConfiguration
@EnableConfigurationProperties(FunctionProperties.class)
public class OnnxFunctionAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Settings onnxSettings(
            FunctionProperties properties,
            @Value("${spring.cloud.function.definition:}") String definition) {
        return properties.settings(definition);
    }

    @Bean
    @ConditionalOnMissingBean
    OnnxModel onnxModel(Settings settings) {
        return OnnxModel.load(settings.model());
    }

    @Bean
    @ConditionalOnMissingBean
    Predict predict(OnnxModel model, ObjectProvider<Observer> observers) {
        return Predict.with(model, observers.getIfUnique(() -> Observer.NONE));
    }
}
