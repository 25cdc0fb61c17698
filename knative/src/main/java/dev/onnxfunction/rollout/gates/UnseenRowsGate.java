package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.rows.Evaluation;
import dev.onnxfunction.rollout.gates.rows.Fingerprint;
import dev.onnxfunction.rollout.gates.rows.UnseenRows;

import org.jspecify.annotations.Nullable;

/**
 * Whether enough rows remain that neither model was trained on.
 *
 * @param evaluation all rows
 * @param unseen the remaining rows
 * @param comparing whether there is a live model
 * @param live fingerprint of the live model; null if it has none
 * @param candidate fingerprint of the candidate; null if it has none
 */
record UnseenRowsGate(
        Evaluation evaluation,
        UnseenRows unseen,
        boolean comparing,
        @Nullable Fingerprint live,
        @Nullable Fingerprint candidate) {

    GateResult result(EvaluationLimits limits) {
        String problem = problem(limits);
        boolean proven = candidate != null && (live != null || !comparing);
        Status known = proven ? Status.PASSED : Status.UNKNOWN;
        return new GateResult(
                "unseen rows",
                comparing ? text(live, unseen.seenByLive()) : "",
                text(candidate, unseen.seenByCandidate()),
                "≥ " + limits.minRows(),
                problem.isEmpty() ? known : Status.FAILED,
                left() + " left",
                problem);
    }

    private String text(@Nullable Fingerprint fingerprint, int seen) {
        return fingerprint == null
                ? "no fingerprint"
                : "saw %d of %d".formatted(seen, evaluation.size());
    }

    private String left() {
        int copies = unseen.size() - unseen.different();
        return unseen.different() + (copies == 0 ? "" : ", and " + copies + " copies of them,");
    }

    private String problem(EvaluationLimits limits) {
        if (candidate == null && live != null && !limits.allowUnproven()) {
            return "Its card has no fingerprint of its training rows, but live's has one, so"
                    + " nothing shows that it has not seen the rows of "
                    + evaluation.file()
                    + ". Add one to the model file with 'run.py card --trained-on', or give"
                    + " --allow-unproven.";
        }
        if (unseen.different() >= limits.minRows()) {
            return "";
        }
        String seen =
                comparing
                        ? "the live model was trained on %d and the candidate on %d"
                                .formatted(unseen.seenByLive(), unseen.seenByCandidate())
                        : "the candidate was trained on " + unseen.seenByCandidate();
        return "Of the %d rows of %s, %s. %s left, but at least %d different ones are needed."
                        .formatted(
                                evaluation.size(),
                                evaluation.file(),
                                seen,
                                left(),
                                limits.minRows())
                + " Evaluate on rows that were held out of the training, or lower --min-rows.";
    }
}
