package dev.onnxfunction.catalog;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.predict.Predict;

import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.util.ObjectUtils;
import org.springframework.util.function.SingletonSupplier;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The catalog of this process: {@code predict}, and the functions of the user's jar.
 *
 * <p>Finds {@code predict} itself. For everything else, such as composing and converting, uses
 * Spring Cloud Function's own registry, created when it is first needed, because it loads Jackson:
 * 25 ms of processor time that the start of a plain {@code predict} saves.
 */
public final class PredictCatalog implements FunctionCatalog {

    private final Predict predict;
    private final Map<String, Function<?, ?>> functions;
    private final SingletonSupplier<FunctionCatalog> registry;

    /**
     * @param functions functions of the user, by name
     */
    public PredictCatalog(Predict predict, Map<String, Function<?, ?>> functions) {
        this.predict = predict;
        this.functions = Map.copyOf(functions);
        this.registry = SingletonSupplier.of(this::registry);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Required by the interface.
    public <T> T lookup(Class<?> type, String definition, String... contentTypes) {
        if (!ObjectUtils.isEmpty(contentTypes)) {
            // Its wrapper of a function returns what was requested last, so it must not be shared.
            return registry().lookup(type, definition, contentTypes);
        }
        return Composition.MODEL.equals(definition)
                ? (T) predict
                : registry.obtain().lookup(type, definition, contentTypes);
    }

    @Override
    public Set<String> getNames(Class<?> type) {
        Set<String> names = new TreeSet<>(functions.keySet());
        names.add(Composition.MODEL);
        return names;
    }

    @Override
    public int size() {
        return functions.size() + 1;
    }

    private FunctionCatalog registry() {
        return Registry.of(predict, functions);
    }
}
