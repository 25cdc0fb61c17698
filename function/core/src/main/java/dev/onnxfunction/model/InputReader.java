package dev.onnxfunction.model;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.model.FeatureNames.Named;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Finds the input and column of each feature.
 *
 * <p>Features come from the card, otherwise from the settings, otherwise from the graph if each of
 * its inputs takes one. A feature belongs to the input that is named for it, otherwise to the only
 * input, otherwise to the input with its name; the columns of an input are its features in their
 * order.
 */
final class InputReader {

    private static final String EXPORT_AGAIN =
            "Export it again with inputs [N], [N, 1] or [N, k], N left open.";

    /**
     * The tensors to fill.
     *
     * @param tensors in the graph's order
     * @param columns one for each feature, in the model's order
     */
    record Inputs(List<RowTensor> tensors, List<Column> columns) {

        Inputs {
            tensors = List.copyOf(tensors);
            columns = List.copyOf(columns);
        }
    }

    private final String file;
    private final List<GraphTensor> inputs;
    private final Map<String, Integer> places = new HashMap<>();
    private final @Nullable ModelCard card;
    private final Settings.Model settings;

    /**
     * @param file file name for messages
     */
    InputReader(
            String file,
            List<GraphTensor> inputs,
            @Nullable ModelCard card,
            Settings.Model settings) {
        this.file = file;
        this.inputs = inputs;
        this.card = card;
        this.settings = settings;
        inputs.forEach(input -> places.put(input.name(), places.size()));
    }

    /**
     * @throws StartException if graph, card and settings contradict each other, or rows cannot fill
     *     an input
     */
    Inputs read() {
        if (inputs.isEmpty()) {
            throw refuse("has no input", EXPORT_AGAIN);
        }
        inputs.forEach(this::checkInput);
        List<Feature> features = card == null ? undescribed(named()) : described(card.features());
        List<Column> columns = new ArrayList<>();
        int[] counts = new int[inputs.size()];
        for (Feature feature : features) {
            int place = place(feature);
            columns.add(new Column(feature, columns.size(), place, counts[place]++));
        }
        checkCounts(columns, counts);
        columns.forEach(this::checkType);
        return new Inputs(tensors(counts), columns);
    }

    private void checkInput(GraphTensor input) {
        if (input.type() == null) {
            throw refuse(
                    "has the input " + input + ", of a type that rows cannot fill",
                    "Export it again with inputs of float, double, float16, int64, int32, bool or"
                            + " string.");
        }
        if (!input.hasRows() || input.shape().size() > 2 || input.columns() == 0) {
            throw refuse(
                    "has the input "
                            + input
                            + ", which is not [N], [N, 1] or [N, k] with N open or 1",
                    EXPORT_AGAIN);
        }
    }

    /** Returns the features of the card. The settings may repeat but not change them. */
    private List<Feature> described(List<Feature> features) {
        List<String> names = features.stream().map(Feature::name).toList();
        if (!settings.features().isEmpty()
                && !settings.features().equals(names)
                && !areNamed(features)) {
            throw refuse(
                    "has a card with the features %s, but model.features (MODEL_FEATURES) names %s"
                            .formatted(names, settings.features()),
                    "Leave model.features unset for a file with a card.");
        }
        return features;
    }

    private boolean areNamed(List<Feature> features) {
        try {
            List<Named> placed =
                    features.stream()
                            .map(each -> new Named(each.name(), inputs.get(place(each)).name()))
                            .toList();
            return FeatureNames.of(settings.features(), inputs).equals(placed);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns the features of the settings, otherwise of the graph. */
    private List<Named> named() {
        if (settings.features().isEmpty()) {
            return namedByGraph();
        }
        try {
            return FeatureNames.of(settings.features(), inputs);
        } catch (IllegalArgumentException e) {
            throw refuse(String.valueOf(e.getMessage()), nameColumns());
        }
    }

    private List<Named> namedByGraph() {
        if (FeatureNames.areBlocks(inputs)) {
            throw refuse(
                    "takes "
                            + GraphTensor.describe(inputs)
                            + ", and does not contain the names of their columns",
                    nameColumns());
        }
        if (inputs.getFirst().columns() != 1) {
            throw refuse(
                    "takes all features in one tensor, "
                            + inputs.getFirst()
                            + ", and does not contain their names",
                    "Set model.features (MODEL_FEATURES) to the names in column order, separated by"
                            + " commas, or add a model card to the file.");
        }
        return inputs.stream().map(input -> new Named(input.name(), null)).toList();
    }

    private String nameColumns() {
        return card == null
                ? "Set model.features (MODEL_FEATURES) to the names of each input's columns in"
                        + " order, such as "
                        + FeatureNames.example(inputs)
                        + ", or add a card whose features name their \"input\"."
                : "Correct the \"input\" of the features in the card, and leave model.features"
                        + " (MODEL_FEATURES) unset.";
    }

    private List<Feature> undescribed(List<Named> named) {
        List<String> names = named.stream().map(Named::name).toList();
        if (new HashSet<>(names).size() < names.size()) {
            throw refuse(
                    "is configured with the features " + names + ", which have the same name twice",
                    "Give every name once in model.features (MODEL_FEATURES).");
        }
        return named.stream().map(this::undescribed).toList();
    }

    private Feature undescribed(Named named) {
        FeatureType type = typeOf(inputs.get(place(named.name(), named.input())));
        boolean missing = settings.missingAllowed() && type.canBeMissing();
        try {
            return Feature.undescribed(named.name(), type, missing, named.input());
        } catch (IllegalArgumentException e) {
            throw refuse(
                    "has a feature that " + e.getMessage(),
                    "Give every feature a name in model.features (MODEL_FEATURES).");
        }
    }

    private int place(Feature feature) {
        return place(feature.name(), feature.input());
    }

    /** Returns the index of a feature's input. */
    private int place(String name, @Nullable String input) {
        String wanted = input == null ? name : input;
        Integer place =
                input == null && inputs.size() == 1 ? Integer.valueOf(0) : places.get(wanted);
        if (place == null && wanted.codePoints().anyMatch(Character::isSupplementaryCodePoint)) {
            throw LoadFailure.alteredName(file, null);
        }
        if (place == null) {
            throw refuse(
                    "has no input \"%s\"%s, only %s"
                            .formatted(
                                    wanted,
                                    input == null ? "" : " for the feature \"" + name + "\"",
                                    GraphTensor.describe(inputs)),
                    input == null && !FeatureNames.areBlocks(inputs)
                            ? "Name the features as the inputs are named."
                            : nameColumns());
        }
        return place;
    }

    private void checkCounts(List<Column> columns, int[] counts) {
        for (int i = 0; i < counts.length; i++) {
            long wanted = inputs.get(i).columns();
            if (counts[i] == 0 || (wanted != GraphTensor.OPEN && wanted != counts[i])) {
                throw wrongCount(i, columns);
            }
        }
    }

    private StartException wrongCount(int place, List<Column> columns) {
        GraphTensor input = inputs.get(place);
        List<String> names =
                columns.stream()
                        .filter(column -> column.tensor() == place)
                        .map(column -> column.feature().name())
                        .toList();
        if (inputs.size() == 1) {
            return refuse(
                    "takes %d columns in %s, but %d features are named: %s"
                            .formatted(input.columns(), input, names.size(), names),
                    "Name every column once, in the model's order.");
        }
        return refuse(
                names.isEmpty()
                        ? "has the input " + input + ", for which no feature is named"
                        : "takes %d columns in %s, but %d features are named for it: %s"
                                .formatted(input.columns(), input, names.size(), names),
                FeatureNames.areBlocks(inputs) ? nameColumns() : "Name every input exactly once.");
    }

    private void checkType(Column column) {
        Feature feature = column.feature();
        GraphTensor input = inputs.get(column.tensor());
        if (feature.type() != input.type()) {
            throw refuse(
                    "has a card that calls \"%s\" %s, but in the graph it is %s"
                            .formatted(feature.name(), feature.type(), input.typeName()),
                    "Correct the type in the card.");
        }
    }

    private List<RowTensor> tensors(int[] counts) {
        List<RowTensor> tensors = new ArrayList<>();
        for (GraphTensor input : inputs) {
            RowTensor.Form form = input.isMatrix() ? RowTensor.Form.MATRIX : RowTensor.Form.VECTOR;
            int columns = counts[tensors.size()];
            tensors.add(new RowTensor(input.name(), typeOf(input), columns, form));
        }
        return tensors;
    }

    private static FeatureType typeOf(GraphTensor tensor) {
        FeatureType type = tensor.type();
        if (type == null) {
            throw new IllegalStateException(tensor + " has not been checked.");
        }
        return type;
    }

    private StartException refuse(String problem, String remedy) {
        return new StartException("The model " + file + " " + problem + ".", remedy);
    }
}
