package dev.onnxfunction.card;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * How the bounds of a prediction are determined, and how often they hold.
 *
 * @param level share of new rows whose true value lies within the bounds, 0 to 1, exclusive
 * @param method calibration of the bounds, for people
 * @param outputs the graph's outputs that hold the bounds of each row: two of shape [N] or [N, 1],
 *     the lower bound first; or one, of shape [N, 2] or with the columns of the target's levels;
 *     empty if {@code lower} and {@code upper} are given
 * @param lower added to the prediction to get the lower bound, in the target's unit, at most 0
 * @param upper added to the prediction to get the upper bound, in the target's unit, at least 0
 * @param calibrationRows number of calibration rows
 * @param coverage share of rows within the bounds, of rows used for neither fit nor calibration
 * @param coverageByFifth the same for each fifth of these rows, from the lowest predictions to the
 *     highest; null if there are too few rows
 */
public record Interval(
        double level,
        String method,
        List<String> outputs,
        @Nullable Double lower,
        @Nullable Double upper,
        @Nullable Long calibrationRows,
        @Nullable Double coverage,
        @Nullable List<Double> coverageByFifth) {

    private static final int FIFTHS = 5;

    public Interval {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("has level " + level + ", must be between 0 and 1");
        }
        outputs = List.copyOf(outputs);
        if ((lower == null) != (upper == null) || outputs.isEmpty() == (lower == null)) {
            throw new IllegalArgumentException(
                    "must have either \"output\", or \"outputs\", or both \"lower\" and"
                            + " \"upper\"");
        }
        if (outputs.size() > 2) {
            throw new IllegalArgumentException(
                    "has " + outputs.size() + " outputs, must have 2: lower and upper bound");
        }
        if (lower != null && upper != null && (lower > 0 || upper < 0)) {
            throw new IllegalArgumentException(
                    "has offsets " + lower + " and " + upper + ", must be <= 0 and >= 0");
        }
        if (calibrationRows != null && calibrationRows < 1) {
            throw new IllegalArgumentException("has no calibration rows, must have at least 1");
        }
        if (coverage != null) {
            checkShare(coverage);
        }
        if (coverageByFifth != null) {
            coverageByFifth = List.copyOf(coverageByFifth);
            coverageByFifth.forEach(Interval::checkShare);
            if (coverageByFifth.size() != FIFTHS) {
                throw new IllegalArgumentException(
                        "has a coverage of %d fifths, must have 5"
                                .formatted(coverageByFifth.size()));
            }
        }
    }

    private static void checkShare(double coverage) {
        if (!(coverage >= 0 && coverage <= 1)) {
            throw new IllegalArgumentException("has coverage " + coverage + ", must be 0 to 1");
        }
    }
}
