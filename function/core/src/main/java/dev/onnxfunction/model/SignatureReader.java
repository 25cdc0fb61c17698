package dev.onnxfunction.model;

import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Determines a graph's inputs and outputs, and refuses graphs that cannot be served. */
final class SignatureReader {

    private SignatureReader() {}

    /**
     * @param file file name for messages
     * @throws StartException if graph, card and settings contradict each other, or the graph cannot
     *     be served
     */
    static Signature read(
            String file,
            List<GraphTensor> inputs,
            List<GraphTensor> outputs,
            @Nullable ModelCard card,
            Settings.Model settings) {
        if (card != null && settings.missingAllowed()) {
            throw new StartException(
                    "The model "
                            + file
                            + " has a card, which alone decides what may be missing, but"
                            + " model.missing (MODEL_MISSING) is set.",
                    "Leave model.missing unset, or write \"missing\": \"allowed\" into the card.");
        }
        InputReader.Inputs filled = new InputReader(file, inputs, card, settings).read();
        BatchLayout.Outputs read =
                new OutputReader(file, inputs, outputs, card, settings.outputs()).read();
        BatchLayout layout =
                new BatchLayout(filled.tensors(), read, card == null ? null : card.interval());
        return new Signature(
                layout, filled.columns(), inputs.stream().anyMatch(GraphTensor::takesOneRow));
    }
}
