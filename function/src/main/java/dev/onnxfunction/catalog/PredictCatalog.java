package dev.onnxfunction.catalog;

import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.Prediction;

import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.FunctionRegistration;
import org.springframework.cloud.function.context.catalog.SimpleFunctionRegistry;
import org.springframework.cloud.function.context.config.JsonMessageConverter;
import org.springframework.cloud.function.context.config.SmartCompositeMessageConverter;
import org.springframework.cloud.function.json.JacksonMapper;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.messaging.converter.CompositeMessageConverter;
import org.springframework.util.ObjectUtils;

import tools.jackson.databind.json.JsonMapper;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

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
        return new Catalog(
                new DefaultConversionService(),
                new SmartCompositeMessageConverter(List.of(new JsonMessageConverter(mapper))),
                mapper,
                new FunctionRegistration<>(predict, "predict").type(TYPE));
    }

    /**
     * A registry keeps one wrapper of a function, which returns what was asked for last: messages
     * of bytes, once a content type was. So each lookup with a content type has a registry of its
     * own, and those without are not changed by it.
     */
    private static final class Catalog extends SimpleFunctionRegistry {

        private final Supplier<SimpleFunctionRegistry> another;

        Catalog(
                ConversionService conversion,
                CompositeMessageConverter converter,
                JacksonMapper mapper,
                FunctionRegistration<Predict> predict) {
            super(conversion, converter, mapper);
            register(predict);
            another =
                    () -> {
                        SimpleFunctionRegistry registry =
                                new SimpleFunctionRegistry(conversion, converter, mapper);
                        registry.register(predict);
                        return registry;
                    };
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // The interface has it so.
        public <T> T lookup(Class<?> type, String definition, String... contentTypes) {
            return ObjectUtils.isEmpty(contentTypes)
                    ? super.lookup(type, definition, contentTypes)
                    : another.get().lookup(type, definition, contentTypes);
        }
    }
}
