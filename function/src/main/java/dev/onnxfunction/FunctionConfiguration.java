package dev.onnxfunction;

import dev.onnxfunction.http.HttpServer;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.Prediction;
import dev.onnxfunction.settings.Settings;

import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.FunctionRegistration;
import org.springframework.cloud.function.context.catalog.SimpleFunctionRegistry;
import org.springframework.cloud.function.context.config.JsonMessageConverter;
import org.springframework.cloud.function.context.config.SmartCompositeMessageConverter;
import org.springframework.cloud.function.json.JacksonMapper;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.core.env.Environment;

import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The application: settings, then model, then function, then server. */
@Configuration(proxyBeanMethods = false)
class FunctionConfiguration {

    @Bean
    Settings settings(Environment environment) {
        return Settings.from(environment);
    }

    @Bean
    OnnxModel model(Settings settings) {
        return OnnxModel.load(settings.model());
    }

    @Bean
    Predict predict(OnnxModel model) {
        return Predict.with(model);
    }

    @Bean
    HttpServer httpServer(Settings settings, OnnxModel model, Predict predict) {
        return new HttpServer(settings, model, predict);
    }

    /**
     * The catalog of Spring Cloud Function, which holds {@code predict} and nothing else: no
     * router, no composition, nothing that a caller could look up. Made when an adapter asks for
     * it; the HTTP server has the function itself.
     */
    @Bean
    @Lazy
    FunctionCatalog functionCatalog(Predict predict) {
        JacksonMapper mapper = new JacksonMapper(JsonMapper.builder().build());
        SimpleFunctionRegistry catalog =
                new SimpleFunctionRegistry(
                        new DefaultConversionService(),
                        new SmartCompositeMessageConverter(
                                List.of(new JsonMessageConverter(mapper))),
                        mapper);
        catalog.register(
                new FunctionRegistration<Function<Map<String, Object>, Prediction>>(
                                predict, "predict")
                        .type(
                                ResolvableType.forClassWithGenerics(
                                                Function.class,
                                                ResolvableType.forClassWithGenerics(
                                                        Map.class, String.class, Object.class),
                                                ResolvableType.forClass(Prediction.class))
                                        .getType()));
        return catalog;
    }

    /**
     * The default would list every locale of the JDK at start, which takes longer than the rest.
     */
    @Bean
    MessageSource messageSource() {
        return new NoMessages();
    }
}
