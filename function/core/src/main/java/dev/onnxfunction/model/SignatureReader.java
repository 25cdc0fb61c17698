package dev.onnxfunction.model;

import dev.onnxfunction.model.Signature.Form;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.start.StartException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Finds out how a graph is to be fed and read, and refuses what cannot be served.
 *
 * <p>Served are one input tensor [N, k] that holds all features, or one input tensor [N] or [N, 1]
 * for each feature. N is open or 1. Names come from the card, else from the settings, else from the
 * graph where it tells them.
 */
final class SignatureReader {

    private static final String EXPORT_AGAIN =
            "Export it again with one input [N, k] for all features or one input [N, 1] for each,"
                    + " N left open.";

    private final String file;
    private final List<GraphTensor> inputs;
    private final List<GraphTensor> outputs;
    private final @Nullable ModelCard card;
    private final Settings.Model settings;

    /**
     * @param file to be named in messages
     */
    SignatureReader(
            String file,
            List<GraphTensor> inputs,
            List<GraphTensor> outputs,
            @Nullable ModelCard card,
            Settings.Model settings) {
        this.file = file;
        this.inputs = inputs;
        this.outputs = outputs;
        this.card = card;
        this.settings = settings;
    }

    /**
     * @throws StartException if graph, card and settings do not fit each other, or the graph is not
     *     one that can be served
     */
    Signature read() {
        checkSettings();
        if (inputs.isEmpty()) {
            throw refuse("has no input", EXPORT_AGAIN);
        }
        inputs.forEach(this::checkInput);
        return new Signature(
                isOneTensor() ? List.of(matrix()) : inputs.stream().map(this::vector).toList(),
                isOneTensor() ? columnsOfMatrix() : columnsOfInputs(),
                new OutputReader(file, inputs, outputs, card, settings.outputs()).read(),
                card == null ? null : card.interval(),
                takesOneRow());
    }

    private boolean takesOneRow() {
        return inputs.stream().anyMatch(GraphTensor::takesOneRow);
    }

    private void checkSettings() {
        if (card == null) {
            return;
        }
        List<String> names = names(card.features());
        if (!settings.features().isEmpty() && !settings.features().equals(names)) {
            throw refuse(
                    "has a card with the features %s, but model.features (MODEL_FEATURES) names %s"
                            .formatted(names, settings.features()),
                    "Leave model.features unset for a file with a card.");
        }
        if (settings.missingAllowed()) {
            throw refuse(
                    "has a card, which alone tells what may be missing, but model.missing"
                            + " (MODEL_MISSING) is set",
                    "Leave model.missing unset, or write \"missing\": \"allowed\" into the card.");
        }
    }

    private void checkInput(GraphTensor input) {
        if (input.type() == null) {
            throw refuse(
                    "has the input " + input + ", of a type that rows cannot fill",
                    "Export it again with inputs of float, double, float16, int64, int32, bool or"
                            + " string.");
        }
        if (!input.hasRows() || input.shape().size() > 2) {
            throw refuse(
                    "has the input "
                            + input
                            + ", which is not [N], [N, 1] or [N, k] with N open or"
                            + " 1",
                    EXPORT_AGAIN);
        }
        if (inputs.size() > 1 && input.columns() != 1) {
            throw refuse(
                    "has "
                            + inputs.size()
                            + " inputs, of which "
                            + input
                            + " has more than one"
                            + " column",
                    EXPORT_AGAIN);
        }
    }

    /** Whether all features go into one tensor, so that their order counts and not their names. */
    private boolean isOneTensor() {
        GraphTensor first = inputs.getFirst();
        return inputs.size() == 1
                && first.isMatrix()
                && (first.columns() != 1 || typeOf(first).isFloating());
    }

    private Signature.Tensor matrix() {
        GraphTensor input = inputs.getFirst();
        int columns = featuresOfMatrix().size();
        return new Signature.Tensor(input.name(), typeOf(input), columns, Form.MATRIX);
    }

    private Signature.Tensor vector(GraphTensor input) {
        Form form = input.isMatrix() ? Form.MATRIX : Form.VECTOR;
        return new Signature.Tensor(input.name(), typeOf(input), 1, form);
    }

    private List<Column> columnsOfMatrix() {
        GraphTensor input = inputs.getFirst();
        List<Feature> features = featuresOfMatrix();
        if (input.columns() != GraphTensor.OPEN && input.columns() != features.size()) {
            throw refuse(
                    "takes %d columns in %s, but %d features are named: %s"
                            .formatted(input.columns(), input, features.size(), names(features)),
                    "Name every column once, in the model's order.");
        }
        List<Column> columns = new ArrayList<>();
        for (Feature feature : features) {
            checkFeature(feature, input);
            columns.add(new Column(feature, columns.size(), 0, columns.size()));
        }
        return columns;
    }

    private List<Feature> featuresOfMatrix() {
        GraphTensor input = inputs.getFirst();
        if (card != null) {
            return card.features();
        }
        if (settings.features().isEmpty() && input.columns() == 1) {
            return List.of(undescribed(input.name(), input));
        }
        if (settings.features().isEmpty()) {
            throw refuse(
                    "takes all features in one tensor, "
                            + input
                            + ", and does not tell their names",
                    "Set model.features (MODEL_FEATURES) to the names in column order, separated by"
                            + " commas, or add a model card to the file.");
        }
        checkNamesOfSettings();
        return settings.features().stream().map(name -> undescribed(name, input)).toList();
    }

    private List<Column> columnsOfInputs() {
        List<Feature> features = featuresOfInputs();
        if (features.size() != inputs.size()) {
            throw refuse(
                    "has the inputs %s, but these features are named: %s"
                            .formatted(inputNames(), names(features)),
                    "Name every input exactly once.");
        }
        List<Column> columns = new ArrayList<>();
        for (Feature feature : features) {
            GraphTensor input = input(feature.name());
            checkFeature(feature, input);
            columns.add(new Column(feature, columns.size(), inputs.indexOf(input), 0));
        }
        return columns;
    }

    private List<Feature> featuresOfInputs() {
        if (card != null) {
            return card.features();
        }
        checkNamesOfSettings();
        List<String> names = settings.features().isEmpty() ? inputNames() : settings.features();
        return names.stream().map(name -> undescribed(name, input(name))).toList();
    }

    private GraphTensor input(String name) {
        return inputs.stream()
                .filter(input -> input.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                refuse(
                                        "has no input \"%s\", only %s"
                                                .formatted(name, inputNames()),
                                        "Name the features as the inputs are named."));
    }

    private void checkNamesOfSettings() {
        if (new HashSet<>(settings.features()).size() < settings.features().size()) {
            throw refuse(
                    "is to be served with the features "
                            + settings.features()
                            + ", in which a name"
                            + " stands twice",
                    "Give every name once in model.features (MODEL_FEATURES).");
        }
    }

    private void checkFeature(Feature feature, GraphTensor input) {
        if (feature.type() != input.type()) {
            throw refuse(
                    "has a card that calls \"%s\" %s, but in the graph it is %s"
                            .formatted(feature.name(), feature.type(), input.typeName()),
                    "Correct the type in the card.");
        }
    }

    private Feature undescribed(String name, GraphTensor input) {
        FeatureType type = typeOf(input);
        boolean missing = settings.missingAllowed() && type.canBeMissing();
        try {
            return new Feature(name, type, null, null, null, null, null, missing, null);
        } catch (IllegalArgumentException e) {
            throw refuse(
                    "has a feature that " + e.getMessage(),
                    "Give every feature a name in model.features (MODEL_FEATURES).");
        }
    }

    private static FeatureType typeOf(GraphTensor tensor) {
        FeatureType type = tensor.type();
        if (type == null) {
            throw new IllegalStateException(tensor + " has not been checked.");
        }
        return type;
    }

    private List<String> inputNames() {
        return inputs.stream().map(GraphTensor::name).toList();
    }

    private static List<String> names(List<Feature> features) {
        return features.stream().map(Feature::name).toList();
    }

    private StartException refuse(String problem, String remedy) {
        return new StartException("The model " + file + " " + problem + ".", remedy);
    }
}
