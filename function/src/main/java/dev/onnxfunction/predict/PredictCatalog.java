package dev.onnxfunction.predict;

import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.FunctionRegistration;
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

/**
 * The catalog of Spring Cloud Function, for adapters that ask for functions by name. It holds
 * {@code predict} and nothing else: no router, nothing to compose.
 */
public final class PredictCatalog {

    private static final Type TYPE =
            ResolvableType.forClassWithGenerics(
                            Function.class,
                            ResolvableType.forClassWithGenerics(
                                    Map.class, String.class, Object.class),
                            ResolvableType.forClass(Prediction.class))
                    .getType();

    private PredictCatalog() {}

    public static FunctionCatalog of(Predict predict) {
        JacksonMapper mapper = new JacksonMapper(JsonMapper.builder().build());
        SimpleFunctionRegistry catalog =
                new SimpleFunctionRegistry(
                        new DefaultConversionService(),
                        new SmartCompositeMessageConverter(
                                List.of(new JsonMessageConverter(mapper))),
                        mapper);
        catalog.register(new FunctionRegistration<>(predict, "predict").type(TYPE));
        return catalog;
    }
}
