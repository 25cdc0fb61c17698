package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.Feature;
import dev.onnxfunction.rollout.gates.rows.ModelRows;
import dev.onnxfunction.rollout.gates.rows.UnseenRows;

import org.jspecify.annotations.Nullable;

import java.util.List;
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
     * @param target name of the column to predict; null for the one on the models' cards
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
            String column = target(candidate.card(), lives);
            refuseTarget(candidate.card().features(), column);
            rows = new LabelledRows(evaluation, column, limits, candidate, live);
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
        String column = target(live.card(), null);
        evaluation.truth(column);
        ModelRows all = ModelRows.of(evaluation, live.features(evaluation, column));
        UnseenRows unseen = UnseenRows.of(evaluation, column, live.fingerprint(), null);
        if (unseen.different() < limits.minRows()) {
            throw tooFew(unseen);
        }
        return all.getFirst();
    }

    /** A model that takes the true value predicts it, but no client knows it. */
    private void refuseTarget(List<Feature> features, String column) throws EvaluationException {
        if (features.stream().anyMatch(feature -> feature.name().equals(column))) {
            throw new EvaluationException(
                    "The candidate takes '%s', which is the true value in %s, so its predictions for these rows show nothing. Train a model without this feature, or name another column with --target."
                            .formatted(column, file()));
        }
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

    /**
     * The column that is predicted. Errors of models that predict different ones do not compare.
     */
    private String target(ModelCard card, @Nullable ModelCard live) throws EvaluationException {
        if (target != null) {
            return target;
        }
        String own = card.target();
        String lives = live == null ? null : live.target();
        if (own != null && lives != null && !own.equals(lives)) {
            throw new EvaluationException(
                    "The candidate predicts '%s' and live '%s', so their errors cannot be compared. Deploy a model that predicts the same, or name the column of %s that both predict with --target."
                            .formatted(own, lives, file()));
        }
        String column = own == null ? lives : own;
        if (column == null) {
            throw new EvaluationException(
                    "The model has no card that names its target, which must be a column of "
                            + file()
                            + ". Name it with --target.");
        }
        return column;
    }
}
