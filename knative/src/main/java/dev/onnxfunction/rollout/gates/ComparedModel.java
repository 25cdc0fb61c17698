package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.GateException.Kind;
import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.Feature;
import dev.onnxfunction.rollout.gates.rows.Fingerprint;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * One of the two models that are compared.
 *
 * @param name {@code live} or {@code candidate}, for messages
 * @param client sends requests to its revision
 * @param card of the model
 */
record ComparedModel(String name, FunctionClient client, ModelCard card) {

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

    /** What clients notice of the difference to live's model: its features and its unit. */
    List<GateResult> differences(ComparedModel live) {
        List<GateResult> results = new ArrayList<>();
        String changes = features(live).text();
        if (!changes.isEmpty()) {
            String before = String.valueOf(live.card.features().size());
            results.add(new GateResult("features", before, changes, "", ""));
        }
        String unit = card.unit();
        String lives = live.card.unit();
        if (unit != null && lives != null && !unit.equals(lives)) {
            results.add(GateResult.unknown("unit", lives, unit, "differs"));
        }
        return results;
    }

    /** How its features differ from those of another model. */
    FeatureChanges features(ComparedModel live) {
        return new FeatureChanges(live.card.features(), card.features());
    }

    /** The example on the card, to be predicted if there are no other rows. */
    JsonNode example() throws GateException {
        if (card.example() == null) {
            throw new GateException(
                    Kind.REFUSAL,
                    null,
                    "There is no row to predict: the "
                            + name
                            + " model has no card with an example. Give rows with --parity or"
                            + " --evaluation.");
        }
        return card.example();
    }
}
