package dev.onnxfunction.model;

import dev.onnxfunction.settings.Settings;

import dev.onnxfunction.start.StartException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how a graph is to be fed and read, and refuses what cannot be served.
 *
 * <p>Served are one input tensor [N, k] that holds all features, or one input tensor [N] or [N, 1]
 * for each feature; and as output the first floating-point tensor [N] or [N, 1]. N is open or 1.
 * Names come from the card, else from the settings, else from the graph where it tells them.
 */
final class SignatureReader {

    private static final String EXPORT_AGAIN =
            "Export it again with one input [N, k] of all features or one input [N, 1] for each.";

    private final String file;
    private final List<GraphTensor> inputs;
    private final List<GraphTensor> outputs;
    private final @Nullable ModelCard card;
    private final Settings.Model options;

    SignatureReader(
            String file,
            List<GraphTensor> inputs,
            List<GraphTensor> outputs,
            @Nullable ModelCard card,
            Settings.Model options) {
        this.file = file;
        this.inputs = inputs;
        this.outputs = outputs;
        this.card = card;
        this.options = options;
    }

    /**
     * @throws StartException if the graph, the card and the options do not fit each other, or the
     *     graph is not one that can be served
     */
    Signature read() {
        checkOptions();
        if (inputs.isEmpty()) {
            throw refuse("has no input", EXPORT_AGAIN);
        }
        inputs.forEach(this::checkInput);
        List<Signature.Tensor> tensors = new ArrayList<>();
        List<Column> columns =
                inputs.size() == 1 ? columnsOfOne(tensors) : columnsOfMany(tensors);
        return new Signature(
                tensors,
                columns,
                output(),
                bounds(),
                card == null ? null : card.interval(),
                inputs.stream().anyMatch(GraphTensor::takesOneRow));
    }

    private void checkOptions() {
        if (card == null) {
            return;
        }
        List<String> names = card.features().stream().map(Feature::name).toList();
        if (!options.features().isEmpty() && !options.features().equals(names)) {
            throw refuse(
                    "has a card with the features " + names + ", but model.features (MODEL_FEATURES)"
                            + " names " + options.features(),
                    "Leave model.features unset for a file with a card.");
        }
        if (options.missingAllowed()) {
            throw refuse(
                    "has a card, which alone tells what may be missing, but model.missing"
                            + " (MODEL_MISSING) is set",
                    "Leave model.missing unset, or write \"missing\": \"allowed\" into the card.");
        }
    }

    private void checkInput(GraphTensor input) {
        if (input.type() == null) {
            throw refuse(
                    "has the input " + input + " of a type that rows cannot fill",
                    "Export it again with inputs of float, double, int64, int32, bool or string.");
        }
        boolean rowByRow = input.takesAnyRows() || input.takesOneRow();
        if (!rowByRow || input.shape().size() > 2) {
            throw refuse(
                    "has the input " + input + ", which is not [N], [N, 1] or [N, k] with N open or"
                            + " 1",
                    EXPORT_AGAIN);
        }
    }

    /** One tensor for all features: the names come in column order. */
    private List<Column> columnsOfOne(List<Signature.Tensor> tensors) {
        GraphTensor input = inputs.getFirst();
        ElementType element = typeOf(input);
        long width = input.shape().size() == 1 ? 1 : input.shape().getLast();
        List<Feature> features = featuresOfOne(input, element, width);
        if (width != GraphTensor.OPEN && features.size() != width) {
            throw refuse(
                    "takes %d columns in %s, but %d features are named: %s"
                            .formatted(width, input, features.size(), names(features)),
                    "Name every column once, in the model's order.");
        }
        tensors.add(
                new Signature.Tensor(
                        input.name(), element, features.size(), input.shape().size() == 1));
        List<Column> columns = new ArrayList<>();
        for (Feature feature : features) {
            columns.add(column(feature, columns.size(), 0, columns.size(), element));
        }
        return columns;
    }

    private List<Feature> featuresOfOne(GraphTensor input, ElementType element, long width) {
        if (card != null) {
            return card.features();
        }
        if (!options.features().isEmpty()) {
            return undescribed(options.features(), element);
        }
        if (width == 1) {
            return undescribed(List.of(input.name()), element);
        }
        throw refuse(
                "takes its features in one tensor, " + input + ", and does not tell their names",
                "Set model.features (MODEL_FEATURES) to the names in column order, separated by"
                        + " commas, or add a model card to the file.");
    }

    /** One tensor for each feature: the names are those of the inputs. */
    private List<Column> columnsOfMany(List<Signature.Tensor> tensors) {
        for (GraphTensor input : inputs) {
            if (!input.hasColumns(1)) {
                throw refuse(
                        "has " + inputs.size() + " inputs, of which " + input + " has more than one"
                                + " column",
                        EXPORT_AGAIN);
            }
            tensors.add(
                    new Signature.Tensor(
                            input.name(), typeOf(input), 1, input.shape().size() == 1));
        }
        List<Column> columns = new ArrayList<>();
        for (Feature feature : featuresOfMany()) {
            int tensor = indexOfInput(feature.name());
            columns.add(column(feature, columns.size(), tensor, 0, typeOf(inputs.get(tensor))));
        }
        return columns;
    }

    private List<Feature> featuresOfMany() {
        List<Feature> features = new ArrayList<>();
        if (card != null) {
            features.addAll(card.features());
        } else {
            for (String name : orderOfInputs()) {
                GraphTensor input = inputs.get(indexOfInput(name));
                features.addAll(undescribed(List.of(name), typeOf(input)));
            }
        }
        Set<String> missing = new HashSet<>(inputNames());
        features.forEach(feature -> missing.remove(feature.name()));
        if (features.size() != inputs.size() || !missing.isEmpty()) {
            throw refuse(
                    "has the inputs " + inputNames() + ", but the features " + names(features)
                            + " are named",
                    "Name every input exactly once.");
        }
        return features;
    }

    private List<String> orderOfInputs() {
        return options.features().isEmpty() ? inputNames() : options.features();
    }

    private int indexOfInput(String name) {
        int index = inputNames().indexOf(name);
        if (index < 0) {
            throw refuse(
                    "has no input \"" + name + "\", only " + inputNames(),
                    "Name the features as the inputs are named.");
        }
        return index;
    }

    private Column column(
            Feature feature, int index, int tensor, int column, ElementType element) {
        if (!element.holds(feature.type())) {
            throw refuse(
                    "has a card that calls \"%s\" %s, but its column in the graph is %s"
                            .formatted(feature.name(), feature.type(), element),
                    "Correct the type in the card.");
        }
        if (feature.missing() && !element.isFloating() && element != ElementType.STRING) {
            throw refuse(
                    "has a card that allows \"%s\" to be missing, but %s cannot say so"
                            .formatted(feature.name(), element),
                    "Only double, float and string features can be missing.");
        }
        return new Column(feature, index, tensor, column, element);
    }

    private List<Feature> undescribed(List<String> names, ElementType element) {
        if (new HashSet<>(names).size() < names.size()) {
            throw refuse(
                    "is to be served with the features " + names + ", in which a name stands twice",
                    "Give every name once in model.features (MODEL_FEATURES).");
        }
        boolean canBeMissing = element.isFloating() || element == ElementType.STRING;
        return names.stream()
                .map(name -> undescribed(name, element, options.missingAllowed() && canBeMissing))
                .toList();
    }

    private Feature undescribed(String name, ElementType element, boolean missing) {
        try {
            return new Feature(name, element.natural(), null, null, null, null, null, missing);
        } catch (IllegalArgumentException e) {
            throw refuse("has a feature that " + e.getMessage(), "Give every feature a name.");
        }
    }

    private Signature.Tensor output() {
        return outputs.stream()
                .filter(output -> isFloating(output) && output.hasColumns(1))
                .findFirst()
                .map(output -> tensor(output, 1))
                .orElseThrow(
                        () ->
                                refuse(
                                        "has no output of one float or double for each row, [N] or"
                                                + " [N, 1], only "
                                                + describe(outputs),
                                        "Serve a regression model; for a classifier there is no"
                                                + " number to predict."));
    }

    private Signature.@Nullable Tensor bounds() {
        String name =
                card == null || card.interval() == null ? null : card.interval().output();
        if (name == null) {
            return null;
        }
        return outputs.stream()
                .filter(output -> output.name().equals(name))
                .filter(output -> isFloating(output) && output.hasColumns(2))
                .findFirst()
                .map(output -> tensor(output, 2))
                .orElseThrow(
                        () ->
                                refuse(
                                        "has a card whose interval is the output \"" + name
                                                + "\", but no such output [N, 2] of float or"
                                                + " double, only " + describe(outputs),
                                        "Correct interval.output in the card."));
    }

    private static Signature.Tensor tensor(GraphTensor output, int columns) {
        return new Signature.Tensor(
                output.name(), typeOf(output), columns, output.shape().size() == 1);
    }

    private static boolean isFloating(GraphTensor tensor) {
        return tensor.type() != null && tensor.type().isFloating();
    }

    private static ElementType typeOf(GraphTensor tensor) {
        ElementType type = tensor.type();
        if (type == null) {
            throw new IllegalStateException(tensor + " was not checked");
        }
        return type;
    }

    private List<String> inputNames() {
        return inputs.stream().map(GraphTensor::name).toList();
    }

    private static List<String> names(List<Feature> features) {
        return features.stream().map(Feature::name).toList();
    }

    private static String describe(List<GraphTensor> tensors) {
        return tensors.isEmpty()
                ? "none at all"
                : tensors.stream().map(GraphTensor::toString).collect(Collectors.joining(", "));
    }

    private StartException refuse(String problem, String remedy) {
        return new StartException("The model " + file + " " + problem + ".", remedy);
    }
}
