package dev.onnxfunction.compose;

import dev.onnxfunction.compose.Step.Takes;
import dev.onnxfunction.settings.StartException;

import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.catalog.SimpleFunctionRegistry.FunctionInvocationWrapper;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Looks up the functions of a definition, such as {@code enrich|predict|round}, in a catalog. */
public final class Definition {

    private static final String SETTING =
            "spring.cloud.function.definition (SPRING_CLOUD_FUNCTION_DEFINITION)";

    private final FunctionCatalog catalog;
    private final String definition;

    private Definition(FunctionCatalog catalog, String definition) {
        this.catalog = catalog;
        this.definition = definition;
    }

    /**
     * Returns the composition of a definition.
     *
     * @param definition names of functions, separated by {@code |}; one of them is {@code predict}
     * @throws StartException if it names a function that is not in the catalog, or that does not
     *     take and return rows; the message states what was found and what to do
     */
    public static Composition in(FunctionCatalog catalog, String definition) {
        return new Definition(catalog, definition).composition();
    }

    private Composition composition() {
        if (definition.equals(Composition.MODEL)) {
            checkKnown(definition);
            return Composition.PREDICT;
        }
        List<String> names =
                Arrays.stream(definition.split("[|,]", -1)).map(String::strip).toList();
        names.forEach(this::checkKnown);
        int predict = names.indexOf(Composition.MODEL);
        if (predict < 0 || predict != names.lastIndexOf(Composition.MODEL)) {
            throw refuse(
                    "must name predict once",
                    "Put predict where the model should run, such as enrich|predict.");
        }
        return new Composition(
                String.join("|", names),
                before(names.subList(0, predict)),
                after(names.subList(predict + 1, names.size())));
    }

    /** A catalog with a single function would return it for any name. */
    private void checkKnown(String name) {
        Set<String> known = catalog.getNames(Function.class);
        if (!known.contains(name) || catalog.lookup(Function.class, name) == null) {
            throw refuse(
                    "names \"" + name + "\", which is not a function in the catalog",
                    "Choose from "
                            + String.join(", ", new TreeSet<>(known))
                            + ", or add the class of the function to"
                            + " spring.cloud.function.function-class.");
        }
    }

    private List<Step> before(List<String> names) {
        List<Step> steps = new ArrayList<>();
        for (String name : names) {
            FunctionInvocationWrapper function = catalog.lookup(Function.class, name);
            FunctionType type = FunctionType.of(function);
            Takes takes = type.takes();
            if (takes == null || !takes.isRows()) {
                throw refuse(name, type, "to take and return rows before predict");
            }
            steps.add(new Step(name, function, takes));
        }
        return steps;
    }

    private List<Step> after(List<String> names) {
        List<Step> steps = new ArrayList<>();
        boolean predictions = true;
        for (String name : names) {
            FunctionInvocationWrapper function = catalog.lookup(Function.class, name);
            FunctionType type = FunctionType.of(function);
            Takes takes = type.takes();
            if (takes == null || (!takes.isRows() && !predictions)) {
                throw refuse(name, type, "to take what is before it and return rows");
            }
            steps.add(new Step(name, function, takes));
            predictions = type.returnsPredictions();
        }
        return steps;
    }

    private StartException refuse(String name, FunctionType type, String wanted) {
        return refuse(
                "names \"%s\", which is a %s, and is %s".formatted(name, type, wanted),
                "Make it a Function<Map<String, Object>, Map<String, Object>> for each row, or a"
                        + " Function<List<Map<String, Object>>, List<Map<String, Object>>> for all"
                        + " rows of a request.");
    }

    private StartException refuse(String problem, String remedy) {
        return new StartException(
                "The setting %s is \"%s\", and %s.".formatted(SETTING, definition, problem),
                remedy);
    }
}
