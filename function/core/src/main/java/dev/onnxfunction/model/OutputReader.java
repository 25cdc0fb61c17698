package dev.onnxfunction.model;

import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.Interval;
import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.card.QuantileLevels;
import dev.onnxfunction.model.BatchLayout.Outputs;
import dev.onnxfunction.model.BatchLayout.Place;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the outputs of a graph that hold the prediction and its bounds.
 *
 * <p>The card or the settings name them. Otherwise the prediction is the only output with one
 * floating-point number for each row, [N] or [N, 1].
 */
final class OutputReader {

    private static final double ROUNDING = 1e-9;

    private final String file;
    private final List<GraphTensor> inputs;
    private final List<GraphTensor> outputs;
    private final @Nullable String prediction;
    private final List<String> interval;
    private final List<Double> levels;
    private final @Nullable Interval described;
    private final List<RowTensor> tensors = new ArrayList<>();

    /**
     * @param file file name for messages
     * @throws StartException if card and settings contradict each other
     */
    OutputReader(
            String file,
            List<GraphTensor> inputs,
            List<GraphTensor> outputs,
            @Nullable ModelCard card,
            Settings.Outputs settings) {
        this.file = file;
        this.inputs = inputs;
        this.outputs = outputs;
        this.described = card == null ? null : card.interval();
        this.prediction =
                prediction(card == null ? null : card.target().output(), settings.prediction());
        this.levels = levels(card == null ? List.of() : card.target().levels(), settings.levels());
        this.interval = interval(settings.interval());
    }

    /**
     * @throws StartException if no output, or more than one, qualifies
     */
    Outputs read() {
        if (levels.isEmpty()) {
            interval.forEach(name -> bound(name, interval.size() == 1 ? 2 : 1));
            Place place = add(prediction == null ? onlyOne() : named(prediction), 1, 0);
            return interval.isEmpty() ? new Outputs(tensors, place, null, null) : bounded(place);
        }
        GraphTensor quantiles = quantiles();
        int columns = levels.size();
        Place median = add(quantiles, columns, levels.indexOf(QuantileLevels.MEDIAN));
        if (described != null && described.outputs().isEmpty()) {
            return new Outputs(tensors, median, null, null);
        }
        if (!interval.isEmpty() && !interval.equals(List.of(quantiles.name()))) {
            return bounded(median);
        }
        checkCoverage();
        return new Outputs(
                tensors, median, add(quantiles, columns, 0), add(quantiles, columns, columns - 1));
    }

    private @Nullable String prediction(@Nullable String card, @Nullable String setting) {
        if (card != null && setting != null && !card.equals(setting)) {
            throw refuse(
                    "has a card whose prediction is the output \"%s\", but model.output"
                                    .formatted(card)
                            + " (MODEL_OUTPUT) names \"%s\"".formatted(setting),
                    "Leave model.output unset for a file whose card names its output.");
        }
        return card == null ? setting : card;
    }

    private List<Double> levels(List<Double> card, List<Double> setting) {
        if (!card.isEmpty() && !setting.isEmpty() && !card.equals(setting)) {
            throw refuse(
                    "has a card with the levels %s, but model.levels (MODEL_LEVELS) names %s"
                            .formatted(card, setting),
                    "Leave model.levels unset for a file whose card names its levels.");
        }
        if (!setting.isEmpty() && !QuantileLevels.areValid(setting)) {
            throw refuse(
                    "is configured with the levels " + setting + " of its quantiles",
                    "Set model.levels (MODEL_LEVELS) to two or more numbers between 0 and 1,"
                            + " rising, 0.5 among them, one for each column of the output.");
        }
        return card.isEmpty() ? setting : card;
    }

    private List<String> interval(List<String> setting) {
        if (described != null && !setting.isEmpty() && !described.outputs().equals(setting)) {
            throw refuse(
                    "has a card with an interval of its own, but model.interval (MODEL_INTERVAL)"
                            + " names "
                            + setting,
                    "Leave model.interval unset for a file whose card has an interval.");
        }
        if (setting.size() > 2) {
            throw refuse(
                    "is configured with the interval " + setting,
                    "Set model.interval (MODEL_INTERVAL) to the names of two outputs, lower and"
                            + " upper bound, or of one [N, 2].");
        }
        return described == null ? setting : described.outputs();
    }

    /** Returns the only output that can be the prediction if nothing names it. */
    private GraphTensor onlyOne() {
        List<GraphTensor> found =
                outputs.stream()
                        .filter(output -> output.mayHold(1) && !interval.contains(output.name()))
                        .toList();
        if (found.size() > 1) {
            throw refuse(
                    "has %d outputs that can be the prediction: %s"
                            .formatted(found.size(), GraphTensor.describe(found)),
                    "Name it in model.output (MODEL_OUTPUT), or as \"output\" of \"target\" in the"
                            + " card."
                            + (found.size() == 2
                                    ? ""
                                    : " Two others can be the interval: name them in model.interval"
                                            + " (MODEL_INTERVAL), lower bound first."));
        }
        if (found.isEmpty()) {
            throw UnsuitableOutputs.explain(file, outputs);
        }
        return found.getFirst();
    }

    private GraphTensor named(String name) {
        GraphTensor output = find(name, 1);
        if (output == null) {
            List<GraphTensor> meant =
                    outputs.stream().filter(other -> other.name().equals(name)).toList();
            throw meant.isEmpty()
                    ? refuse(
                            "has no output \"%s\", only %s"
                                    .formatted(name, GraphTensor.describe(outputs)),
                            "Correct the name of the output in model.output (MODEL_OUTPUT) or in"
                                    + " the card.")
                    : UnsuitableOutputs.explain(file, meant);
        }
        return output;
    }

    private GraphTensor quantiles() {
        List<GraphTensor> found =
                outputs.stream()
                        .filter(output -> prediction == null || output.name().equals(prediction))
                        .filter(output -> output.mayHold(levels.size()))
                        .toList();
        if (found.size() != 1) {
            throw refuse(
                    "has %s outputs [N, %d] for the levels %s, must have one: %s"
                            .formatted(
                                    found.isEmpty() ? "no" : found.size(),
                                    levels.size(),
                                    levels,
                                    GraphTensor.describe(outputs)),
                    "Give one level for each column, and name the output in model.output"
                            + " (MODEL_OUTPUT) if there are several.");
        }
        return found.getFirst();
    }

    private Outputs bounded(Place place) {
        if (interval.size() == 1) {
            GraphTensor both = bound(interval.getFirst(), 2);
            return new Outputs(tensors, place, add(both, 2, 0), add(both, 2, 1));
        }
        GraphTensor lower = bound(interval.getFirst(), 1);
        GraphTensor upper = bound(interval.getLast(), 1);
        return new Outputs(tensors, place, add(lower, 1, 0), add(upper, 1, 0));
    }

    private GraphTensor bound(String name, int columns) {
        GraphTensor output = find(name, columns);
        if (output == null) {
            String shape = columns == 1 ? "[N] or [N, 1]" : "[N, 2]";
            String whose =
                    described == null
                            ? "is configured with the output \"%s\" as interval"
                            : "has a card whose interval is the output \"%s\"";
            throw refuse(
                    whose.formatted(name)
                            + ", but it has no such output %s of float or double: %s"
                                    .formatted(shape, GraphTensor.describe(outputs)),
                    described == null
                            ? "Correct model.interval (MODEL_INTERVAL)."
                            : "Correct \"interval\" in the card.");
        }
        return output;
    }

    private void checkCoverage() {
        double coverage = QuantileLevels.coverage(levels);
        if (described != null && Math.abs(described.level() - coverage) > ROUNDING) {
            throw refuse(
                    "has a card whose interval has the level %s, but its outermost levels are %s"
                            .formatted(described.level(), levels),
                    "Correct \"interval\" or the levels in the card.");
        }
    }

    private @Nullable GraphTensor find(String name, int columns) {
        return outputs.stream()
                .filter(output -> output.name().equals(name) && output.mayHold(columns))
                .findFirst()
                .orElse(null);
    }

    /** Returns the place of a column of an output, which is read once for all columns. */
    private Place add(GraphTensor output, int columns, int column) {
        int index = 0;
        while (index < tensors.size() && !holds(tensors.get(index), output, columns)) {
            index++;
        }
        if (index == tensors.size()) {
            tensors.add(tensor(output, columns));
        }
        return new Place(index, column);
    }

    /** Instead of equals, which in a record links method handles when the process starts. */
    private static boolean holds(RowTensor tensor, GraphTensor output, int columns) {
        return tensor.name().equals(output.name()) && tensor.columns() == columns;
    }

    /**
     * An output's form is known if the runtime can write it into memory of that shape. The runtime
     * does not write an output that is also an input, and the form is ambiguous if the graph's rows
     * are variable but the output is fixed to one row.
     */
    private RowTensor tensor(GraphTensor output, int columns) {
        boolean declared =
                !output.shape().isEmpty()
                        && output.columns() == columns
                        && (inputs.stream().anyMatch(GraphTensor::takesOneRow)
                                || !output.takesOneRow())
                        && inputs.stream().noneMatch(input -> input.name().equals(output.name()));
        FeatureType type = output.type();
        if (type == null) {
            throw new IllegalStateException(output + " has not been checked.");
        }
        RowTensor.Form form = output.isMatrix() ? RowTensor.Form.MATRIX : RowTensor.Form.VECTOR;
        return new RowTensor(
                output.name(), type, columns, declared ? form : RowTensor.Form.DYNAMIC);
    }

    private StartException refuse(String problem, String remedy) {
        return new StartException("The model " + file + " " + problem + ".", remedy);
    }
}
