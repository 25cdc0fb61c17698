package dev.onnxfunction.model;

import static java.util.stream.Collectors.joining;

import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.settings.StartException;

import java.util.List;
import java.util.Set;

/** Explains why no output of a graph can be the prediction, with a remedy that fits. */
final class UnsuitableOutputs {

    private static final Set<String> NO_TENSORS = Set.of("sequence", "map");

    private UnsuitableOutputs() {}

    /**
     * @param outputs outputs, none of which holds one float or double for each row
     */
    static StartException explain(String file, List<GraphTensor> outputs) {
        List<GraphTensor> several = outputs.stream().filter(UnsuitableOutputs::isWide).toList();
        if (isClassifier(outputs, several)) {
            return refuse(
                    file,
                    noOutput(outputs),
                    "Serve a regression model; a classifier predicts no number.");
        }
        if (!several.isEmpty()) {
            return refuse(
                    file,
                    "predicts several numbers for each row: " + GraphTensor.describe(several),
                    "If they are quantiles, set model.levels (MODEL_LEVELS) to their levels, such"
                            + " as 0.05,0.5,0.95. If they are several targets, export a model for"
                            + " each.");
        }
        List<GraphTensor> others =
                outputs.stream().filter(UnsuitableOutputs::isOfAnotherType).toList();
        if (!others.isEmpty()) {
            return refuse(
                    file,
                    noOutput(outputs),
                    "Export it again with a Cast to float as the last step of "
                            + others.stream()
                                    .map(other -> "\"" + other.name() + "\"")
                                    .collect(joining(", "))
                            + ".");
        }
        return refuse(
                file,
                noOutput(outputs),
                "Export it again with its prediction as an output [N] or [N, 1], N left open.");
    }

    private static String noOutput(List<GraphTensor> outputs) {
        return "has no output of one float or double for each row, [N] or [N, 1], only "
                + GraphTensor.describe(outputs);
    }

    /**
     * A map or text, or a whole number beside several numbers: the label and probabilities of a
     * classifier.
     */
    private static boolean isClassifier(List<GraphTensor> outputs, List<GraphTensor> several) {
        return outputs.stream()
                .anyMatch(
                        output ->
                                NO_TENSORS.contains(output.typeName())
                                        || output.type() == FeatureType.STRING
                                        || (!several.isEmpty() && isOfAnotherType(output)));
    }

    private static boolean isWide(GraphTensor output) {
        FeatureType type = output.type();
        return type != null
                && type.isFloating()
                && output.hasRows()
                && output.isMatrix()
                && output.columns() > 1;
    }

    /** One value for each row that is not a float or double. */
    private static boolean isOfAnotherType(GraphTensor output) {
        FeatureType type = output.type();
        return (type == null || !type.isFloating()) && output.hasRows() && output.columns() == 1;
    }

    private static StartException refuse(String file, String problem, String remedy) {
        return new StartException("The model " + file + " " + problem + ".", remedy);
    }
}
