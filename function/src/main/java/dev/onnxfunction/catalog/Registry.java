package dev.onnxfunction.catalog;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.Prediction;

import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.FunctionRegistration;
import org.springframework.cloud.function.context.catalog.FunctionTypeUtils;
import org.springframework.cloud.function.context.catalog.SimpleFunctionRegistry;
import org.springframework.cloud.function.context.config.JsonMessageConverter;
import org.springframework.cloud.function.context.config.SmartCompositeMessageConverter;
import org.springframework.cloud.function.json.JacksonMapper;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.support.DefaultConversionService;

import tools.jackson.databind.json.JsonMapper;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Creates Spring Cloud Function's registry of functions. */
final class Registry {

    private static final Type TYPE_OF_PREDICT =
            ResolvableType.forClassWithGenerics(
                            Function.class,
                            ResolvableType.forClassWithGenerics(
                                    Map.class, String.class, Object.class),
                            ResolvableType.forClass(Prediction.class))
                    .getType();

    private Registry() {}

    static FunctionCatalog of(Predict predict, Map<String, Function<?, ?>> functions) {
        JacksonMapper mapper = new JacksonMapper(JsonMapper.shared());
        SimpleFunctionRegistry registry =
                new SimpleFunctionRegistry(
                        new DefaultConversionService(),
                        new SmartCompositeMessageConverter(
                                List.of(new JsonMessageConverter(mapper))),
                        mapper);
        register(registry, Composition.MODEL, predict, TYPE_OF_PREDICT);
        functions.forEach(
                (name, function) ->
                        register(
                                registry,
                                name,
                                function,
                                FunctionTypeUtils.discoverFunctionTypeFromClass(
                                        function.getClass())));
        return registry;
    }

    private static void register(
            SimpleFunctionRegistry registry, String name, Function<?, ?> function, Type type) {
        registry.register(new FunctionRegistration<>(function, name).type(type));
    }
}
