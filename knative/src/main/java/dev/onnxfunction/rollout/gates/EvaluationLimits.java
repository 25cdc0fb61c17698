package dev.onnxfunction.rollout.gates;

import java.util.List;

/**
 * The limits of a candidate's errors on labelled rows.
 *
 * @param rmseRatio largest ratio of the candidate's RMSE to live's; positive
 * @param groupRatio largest ratio within a group of rows; positive
 * @param groups names of the columns that form groups; empty for all features
 * @param minRows minimum number of rows, at least 2
 * @param allowUnproven whether a candidate without a fingerprint may follow a live model that has
 *     one
 * @param inconclusivePasses whether too few rows for a decision let the candidate pass
 * @param allowIntervalChange whether the candidate's intervals may be missing, of another level or
 *     worse than live's
 */
public record EvaluationLimits(
        double rmseRatio,
        double groupRatio,
        List<String> groups,
        int minRows,
        boolean allowUnproven,
        boolean inconclusivePasses,
        boolean allowIntervalChange) {

    /** Refuses values out of range. */
    public EvaluationLimits {
        OptionValues.positive("--max-rmse-ratio", rmseRatio);
        OptionValues.positive("--max-group-ratio", groupRatio);
        if (minRows < 2) {
            throw new IllegalArgumentException(
                    "--min-rows is "
                            + minRows
                            + ", but an error of fewer than 2 rows has no confidence interval. Ask"
                            + " for at least 2.");
        }
        groups = List.copyOf(groups);
    }
}
