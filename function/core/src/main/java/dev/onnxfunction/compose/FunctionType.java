package dev.onnxfunction.compose;

import dev.onnxfunction.compose.Step.Takes;
import dev.onnxfunction.predict.Prediction;

import org.jspecify.annotations.Nullable;
import org.springframework.cloud.function.context.catalog.SimpleFunctionRegistry.FunctionInvocationWrapper;
import org.springframework.core.ResolvableType;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a function of a catalog takes and returns.
 *
 * @param input absent of a supplier
 * @param output absent of a consumer
 */
record FunctionType(@Nullable Type input, @Nullable Type output) {

    static FunctionType of(FunctionInvocationWrapper function) {
        return new FunctionType(function.getInputType(), function.getOutputType());
    }

    /** What it is to be called with; null if it is no function of rows. */
    @Nullable Takes takes() {
        if (input == null || output == null) {
            return null;
        }
        ResolvableType taken = ResolvableType.forType(input);
        ResolvableType returned = ResolvableType.forType(output);
        if (isRow(taken)) {
            return isReturnable(returned) ? Takes.ROW : null;
        }
        if (isPrediction(taken)) {
            return isReturnable(returned) ? Takes.PREDICTION : null;
        }
        if (!taken.toClass().isAssignableFrom(ArrayList.class) || !isReturnableList(returned)) {
            return null;
        }
        ResolvableType element = taken.as(Iterable.class).getGeneric();
        if (isRow(element)) {
            return Takes.ROWS;
        }
        return isPrediction(element) ? Takes.PREDICTIONS : null;
    }

    boolean returnsPredictions() {
        ResolvableType returned = ResolvableType.forType(output);
        return isPrediction(returned) || isPrediction(returned.asCollection().getGeneric());
    }

    /** Whether the map of a row can be passed as it, whatever the values are. */
    private static boolean isRow(ResolvableType type) {
        ResolvableType map = type.asMap();
        return type.toClass().isAssignableFrom(LinkedHashMap.class)
                && map.getGeneric(0).toClass().isAssignableFrom(String.class)
                && map.getGeneric(1).toClass() == Object.class;
    }

    private static boolean isPrediction(ResolvableType type) {
        return type.toClass() == Prediction.class;
    }

    /** What is not known is looked at when it is there. */
    private static boolean isReturnable(ResolvableType type) {
        return type.toClass() == Object.class
                || isPrediction(type)
                || (Map.class.isAssignableFrom(type.toClass())
                        && type.asMap().getGeneric(0).toClass().isAssignableFrom(String.class));
    }

    private static boolean isReturnableList(ResolvableType type) {
        return type.toClass() == Object.class
                || (Collection.class.isAssignableFrom(type.toClass())
                        && isReturnable(type.asCollection().getGeneric()));
    }

    /** As Java has it. */
    @Override
    public String toString() {
        if (input == null) {
            return "Supplier<" + name(output) + ">";
        }
        return output == null
                ? "Consumer<" + name(input) + ">"
                : "Function<" + name(input) + ", " + name(output) + ">";
    }

    private static String name(@Nullable Type type) {
        return type == null ? "?" : type.getTypeName();
    }
}
