package dev.onnxfunction.model;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The features that the setting {@code model.features} names: in column order, {@code a,b,c}, or by
 * input, {@code num=a,b,c;cat=d,e}.
 *
 * <p>The setting is read by input if it begins with the name of an input and "=", or if the graph
 * takes {@linkplain #areBlocks blocks}, whose columns otherwise have no names. In other settings,
 * names may contain "=" and ";".
 */
final class FeatureNames {

    private static final int MAX_SHOWN = 3;

    /**
     * A named feature.
     *
     * @param input its input; null if the setting does not name it
     */
    record Named(String name, @Nullable String input) {}

    private final List<GraphTensor> inputs;
    private final Set<String> names = new HashSet<>();
    private final int longest;

    private FeatureNames(List<GraphTensor> inputs) {
        this.inputs = inputs;
        inputs.forEach(input -> names.add(input.name()));
        longest = names.stream().mapToInt(String::length).max().orElse(0);
    }

    /**
     * @param setting its text, not empty, split at commas
     * @throws IllegalArgumentException if a part of it names no input; its message ends a sentence
     *     that begins with the model
     */
    static List<Named> of(List<String> setting, List<GraphTensor> inputs) {
        return new FeatureNames(inputs).read(setting);
    }

    private List<Named> read(List<String> setting) {
        String text = String.join(",", setting);
        if (!areBlocks(inputs) && prefix(text) == null) {
            return setting.stream().map(name -> new Named(name, null)).toList();
        }
        List<Named> named = new ArrayList<>();
        for (String part : text.split(";", -1)) {
            addPart(named, part.strip());
        }
        return named;
    }

    /** Whether there are several inputs and one takes several features. */
    static boolean areBlocks(List<GraphTensor> inputs) {
        return inputs.size() > 1 && inputs.stream().anyMatch(input -> input.columns() != 1);
    }

    /** An example of the setting for these inputs: {@code num=num1,num2;age}. */
    static String example(List<GraphTensor> inputs) {
        return inputs.stream()
                .map(input -> input.columns() == 1 ? input.name() : input.name() + columns(input))
                .collect(Collectors.joining(";"));
    }

    private void addPart(List<Named> named, String part) {
        String input = prefix(part);
        if (input != null) {
            for (String name : part.substring(input.length() + 1).split(",", -1)) {
                named.add(new Named(name.strip(), input));
            }
        } else if (names.contains(part)) {
            named.add(new Named(part, part));
        } else if (part.contains("=")) {
            throw new IllegalArgumentException(
                    "has no input \"%s\", only %s"
                            .formatted(
                                    part.substring(0, part.indexOf('=')),
                                    GraphTensor.describe(inputs)));
        } else {
            throw new IllegalArgumentException(
                    "takes %s, but model.features (MODEL_FEATURES) does not say for which of them it"
                                    .formatted(GraphTensor.describe(inputs))
                            + " names \""
                            + part
                            + "\"");
        }
    }

    /**
     * Returns the input whose name the text begins with, before "=": the longest that fits, or
     * null.
     */
    private @Nullable String prefix(String text) {
        String found = null;
        int end = text.indexOf('=');
        while (end >= 0 && end <= longest) {
            String name = text.substring(0, end);
            found = names.contains(name) ? name : found;
            end = text.indexOf('=', end + 1);
        }
        return found;
    }

    private static String columns(GraphTensor input) {
        boolean isOpen = input.columns() == GraphTensor.OPEN;
        long shown = isOpen ? MAX_SHOWN : Math.min(input.columns(), MAX_SHOWN);
        String names =
                LongStream.rangeClosed(1, shown)
                        .mapToObj(column -> input.name() + column)
                        .collect(Collectors.joining(",", "=", ""));
        return isOpen || input.columns() > MAX_SHOWN ? names + ",..." : names;
    }
}
