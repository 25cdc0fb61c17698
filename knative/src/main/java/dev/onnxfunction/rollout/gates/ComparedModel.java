package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.Feature;
import dev.onnxfunction.rollout.gates.rows.Fingerprint;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/**
 * * One of the two models that are compared.
 *
 * @param name {@code live} or {@code candidate}, for messages
 * @param client sends requests to its revision
 * @param card of the model
 */
record ComparedModel(String name, FunctionClient client, ModelCard card) {

    /** Number of features that the table names. */
    private static final int LISTED = 3;

    /** Fetches a revision's card. */
    static ComparedModel of(String name, FunctionClient client)
            throws GateException, InterruptedException {
        return new ComparedModel(name, client, client.card());
    }

    /**
     * The rows that its model was trained on.
     *
     * @return null if its card has no fingerprint
     * @throws EvaluationException if it is damaged
     */
    @Nullable Fingerprint fingerprint()
            throws EvaluationException, GateException, InterruptedException {
        JsonNode json = client.fingerprint();
        return json == null ? null : Fingerprint.of(name, json);
    }

    /** Its model's features; without a card, all columns of the evaluation but the target. */
    List<Feature> features(Evaluation evaluation, String target) {
        if (!card.features().isEmpty()) {
            return card.features();
        }
        return evaluation.columns().stream()
                .filter(column -> !column.equals(target))
                .map(column -> new Feature(column, "", true))
                .toList();
    }

    /** How its model's features differ from live's, if they do. */
    List<GateResult> features(ComparedModel live) {
        List<String> own = card.features().stream().map(Feature::name).toList();
        List<String> lives = live.card.features().stream().map(Feature::name).toList();
        String text = own.size() + only(", without ", lives, own) + only(", with ", own, lives);
        return Set.copyOf(own).equals(Set.copyOf(lives))
                ? List.of()
                : List.of(new GateResult("features", String.valueOf(lives.size()), text, "", ""));
    }

    private static String only(String word, List<String> these, List<String> others) {
        List<String> names = these.stream().filter(each -> !others.contains(each)).toList();
        if (names.isEmpty()) {
            return "";
        }
        int more = names.size() - LISTED;
        return word
                + String.join(", ", names.subList(0, Math.min(LISTED, names.size())))
                + (more > 0 ? " and " + more + " more" : "");
    }

    /** The example on the card, to be predicted if there are no other rows. */
    JsonNode example() throws GateException {
        if (card.example() == null) {
            throw new GateException(
                    "There is no row to predict: the "
                            + name
                            + " model has no card with an example. Give rows with --parity or"
                            + " --evaluation.",
                    false);
        }
        return card.example();
    }
}
