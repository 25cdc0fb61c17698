package dev.onnxfunction.spring;

import dev.onnxfunction.metrics.ModelMeters;
import dev.onnxfunction.model.OnnxModel;

import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Meters of rows, predictions and values, if Micrometer is on the class path. */
@AutoConfiguration(after = OnnxFunctionAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
public class MetersAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(OnnxModel.class)
    ModelMeters modelMeters(OnnxModel model) {
        return new ModelMeters(model);
    }
}
