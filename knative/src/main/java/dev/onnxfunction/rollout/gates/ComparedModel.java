package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

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

    /** What clients notice of the difference to live's model: its features and its unit. */
    List<GateResult> differences(ComparedModel live) {
        List<GateResult> results = new ArrayList<>(features(live));
        String own = card.unit();
        String lives = live.card.unit();
        if (own != null && lives != null && !own.equals(lives)) {
            results.add(GateResult.unknown("unit", lives, own, "differs"));
        }
        return results;
    }

    /** How its model's features differ from live's, if they do. */
    List<GateResult> features(ComparedModel live) {
        List<String> own = card.features().stream().map(Feature::name).toList();
        List<String> lives = live.card.features().stream().map(Feature::name).toList();
        String changes =
                listed(", without ", minus(lives, own))
                        + listed(", with ", minus(own, lives))
                        + changed(live);
        return changes.isEmpty()
                ? List.of()
                : List.of(
                        new GateResult(
                                "features",
                                String.valueOf(lives.size()),
                                own.size() + changes,
                                "",
                                ""));
    }

    /** Features of both that no longer take what live takes. */
    private String changed(ComparedModel live) {
        List<String> types = new ArrayList<>();
        List<String> required = new ArrayList<>();
        for (Feature own : card.features()) {
            for (Feature lives : live.card.features()) {
                if (own.name().equals(lives.name())) {
                    if (own.isNumber() != lives.isNumber()
                            || own.isWhole() != lives.isWhole()
                            || (!own.isNumber() && !own.type().equals(lives.type()))) {
                        types.add("%s %s".formatted(own.name(), own.type()));
                    }
                    if (lives.mayBeMissing() && !own.mayBeMissing()) {
                        required.add(own.name());
                    }
                }
            }
        }
        return listed(", now required: ", required) + listed(", now: ", types);
    }

    private static List<String> minus(List<String> these, List<String> others) {
        return these.stream().filter(each -> !others.contains(each)).toList();
    }

    private static String listed(String word, List<String> names) {
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
