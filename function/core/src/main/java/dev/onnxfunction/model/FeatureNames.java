package dev.onnxfunction.model;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The features that the setting {@code model.features} names: in column order, {@code a,b,c}, or by
 * input, {@code num=a,b,c;cat=d,e}.
 *
 * <p>It is read by input if it begins with the name of an input and "=", or if the graph takes
 * {@linkplain #areBlocks blocks}, whose columns have no names otherwise. Other names may hold "="
 * and ";".
 */
final class FeatureNames {

    private static final int MOST_SHOWN = 3;

    /**
     * A feature that is named.
     *
     * @param input that it goes to; absent where the setting does not say
     */
    record Named(String name, @Nullable String input) {}

    private FeatureNames() {}

    /**
     * @param setting its text, split at commas
     * @throws IllegalArgumentException if a part of it names no input: says what is wrong, as the
     *     end of a sentence that begins with the model
     */
    static List<Named> of(List<String> setting, List<GraphTensor> inputs) {
        String text = String.join(",", setting);
        if (!areBlocks(inputs) && (text.isEmpty() || prefix(text, inputs) == null)) {
            return setting.stream().map(name -> new Named(name, null)).toList();
        }
        List<Named> named = new ArrayList<>();
        for (String part : text.isEmpty() ? List.<String>of() : List.of(text.split(";", -1))) {
            addPart(named, part.strip(), inputs);
        }
        return named;
    }

    /** Whether there are several inputs, of which one takes several features. */
    static boolean areBlocks(List<GraphTensor> inputs) {
        return inputs.size() > 1 && inputs.stream().anyMatch(input -> input.columns() != 1);
    }

    /** How the setting could be written for these inputs: {@code num=num1,num2;age}. */
    static String example(List<GraphTensor> inputs) {
        return inputs.stream()
                .map(input -> input.columns() == 1 ? input.name() : input.name() + columns(input))
                .collect(Collectors.joining(";"));
    }

    private static void addPart(List<Named> named, String part, List<GraphTensor> inputs) {
        String input = prefix(part, inputs);
        if (input != null) {
            for (String name : part.substring(input.length() + 1).split(",", -1)) {
                named.add(new Named(name.strip(), input));
            }
        } else if (inputs.stream().anyMatch(each -> each.name().equals(part))) {
            named.add(new Named(part, part));
        } else if (part.contains("=")) {
            throw new IllegalArgumentException(
                    "has no input \"%s\", only %s"
                            .formatted(
                                    part.substring(0, part.indexOf('=')),
                                    OutputReader.describe(inputs)));
        } else {
            throw new IllegalArgumentException(
                    "takes %s, but model.features (MODEL_FEATURES) does not say for which of them it"
                                    .formatted(OutputReader.describe(inputs))
                            + " names \""
                            + part
                            + "\"");
        }
    }

    /** The input by which a text begins, before "=": the longest name that fits, or null. */
    private static @Nullable String prefix(String text, List<GraphTensor> inputs) {
        return inputs.stream()
                .map(GraphTensor::name)
                .filter(name -> text.startsWith(name + "="))
                .max(Comparator.comparingInt(String::length))
                .orElse(null);
    }

    private static String columns(GraphTensor input) {
        boolean isOpen = input.columns() == GraphTensor.OPEN;
        long shown = isOpen ? MOST_SHOWN : Math.min(input.columns(), MOST_SHOWN);
        String names =
                LongStream.rangeClosed(1, shown)
                        .mapToObj(column -> input.name() + column)
                        .collect(Collectors.joining(",", "=", ""));
        return isOpen || input.columns() > MOST_SHOWN ? names + ",..." : names;
    }
}
