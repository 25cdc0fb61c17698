package dev.onnxfunction.spring;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Health of the model, if Spring Boot's health is on the class path. */
@AutoConfiguration(after = OnnxFunctionAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
public class HealthAutoConfiguration {

    @Bean
    @ConditionalOnSingleCandidate(Predict.class)
    @ConditionalOnEnabledHealthIndicator("model")
    HealthIndicator modelHealthIndicator(OnnxModel model, Predict predict) {
        return new ModelHealthIndicator(model, predict);
    }
}
