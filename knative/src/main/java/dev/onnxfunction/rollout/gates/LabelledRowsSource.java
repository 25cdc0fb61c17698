package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.ModelRows;
import dev.onnxfunction.rollout.gates.rows.UnseenRows;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * The labelled rows for the comparison of two models. The rows that neither was trained on are
 * found once for each pair of models, because a revision's model does not change.
 */
final class LabelledRowsSource {

    private final Evaluation evaluation;
    private final @Nullable String target;
    private final EvaluationLimits limits;

    private @Nullable ModelCard candidateCard;
    private @Nullable ModelCard liveCard;
    private @Nullable LabelledRows rows;

    /**
     * @param target name of the column to predict; null for the one on the candidate's card
     */
    LabelledRowsSource(Evaluation evaluation, @Nullable String target, EvaluationLimits limits) {
        this.evaluation = evaluation;
        this.target = target;
        this.limits = limits;
    }

    /** Source of the rows, for messages. */
    String file() {
        return evaluation.file();
    }

    /** The rows that neither model was trained on. */
    LabelledRows rows(ComparedModel candidate, @Nullable ComparedModel live)
            throws EvaluationException, GateException, InterruptedException {
        ModelCard lives = live == null ? null : live.card();
        if (rows == null
                || !candidate.card().equals(candidateCard)
                || !Objects.equals(lives, liveCard)) {
            rows = new LabelledRows(evaluation, target(candidate.card()), limits, candidate, live);
            candidateCard = candidate.card();
            liveCard = lives;
        }
        return rows;
    }

    /**
     * Checks the rows against the live model, before there is a candidate.
     *
     * @return one row with the features of live
     * @throws EvaluationException if they do not fit, or live was trained on too many of them
     */
    JsonNode check(ComparedModel live)
            throws EvaluationException, GateException, InterruptedException {
        String column = target(live.card());
        evaluation.truth(column);
        ModelRows all = ModelRows.of(evaluation, live.features(evaluation, column));
        UnseenRows unseen = UnseenRows.of(evaluation, column, live.fingerprint(), null);
        if (unseen.different() < limits.minRows()) {
            throw tooFew(unseen);
        }
        return all.getFirst();
    }

    private EvaluationException tooFew(UnseenRows unseen) {
        return new EvaluationException(
                "Of the %d rows of %s, the live model was trained on %d. %d different ones are left, but at least %d are needed. Evaluate on rows that were held out of the training, or lower --min-rows."
                        .formatted(
                                evaluation.size(),
                                file(),
                                unseen.seenByLive(),
                                unseen.different(),
                                limits.minRows()));
    }

    private String target(ModelCard card) throws EvaluationException {
        String column = target == null ? card.target() : target;
        if (column == null) {
            throw new EvaluationException(
                    "The model has no card that names its target, which must be a column of "
                            + file()
                            + ". Name it with --target.");
        }
        return column;
    }
}
