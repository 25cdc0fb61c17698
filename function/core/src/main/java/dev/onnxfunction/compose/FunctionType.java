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
 * Input and output type of a function in a catalog.
 *
 * @param input null for a supplier
 * @param output null for a consumer
 */
record FunctionType(@Nullable Type input, @Nullable Type output) {

    static FunctionType of(FunctionInvocationWrapper function) {
        return new FunctionType(function.getInputType(), function.getOutputType());
    }

    /** The argument to call the function with; null if it is not a function of rows. */
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

    /** Whether the map of a row can be passed as this type, whatever its values. */
    private static boolean isRow(ResolvableType type) {
        ResolvableType map = type.asMap();
        return type.toClass().isAssignableFrom(LinkedHashMap.class)
                && map.getGeneric(0).toClass().isAssignableFrom(String.class)
                && map.getGeneric(1).toClass() == Object.class;
    }

    private static boolean isPrediction(ResolvableType type) {
        return type.toClass() == Prediction.class;
    }

    /** Unknown types are checked at run time. */
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
