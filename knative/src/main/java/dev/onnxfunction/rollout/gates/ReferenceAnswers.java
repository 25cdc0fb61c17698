package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.statistics.Statistics;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What a model predicted for the labelled rows when it was first asked, and for which of them it
 * has predicted something else since.
 */
final class ReferenceAnswers {

    /** Maximum difference by rounding, in standard deviations of the predictions. */
    private static final double TOLERANCE = 1e-3;

    /** Share of the rows that may differ, because rounding may send a row down another branch. */
    private static final double DIFFERENT = 0.02;

    private static final int AT_LEAST = 2;

    /** Maximum difference by rounding of float16, relative: four steps. */
    private static final double HALF_TOLERANCE = 0x1p-8;

    private final RowPredictions first;
    private final double tolerance;
    private final BitSet different = new BitSet();
    private String example = "";

    /**
     * @param first the predictions for at least one row
     */
    ReferenceAnswers(RowPredictions first) {
        this.first = first;
        tolerance = tolerance(first.predictions());
    }

    /**
     * How far two answers to the same row may differ by rounding.
     *
     * @param predictions for different rows, at least one
     */
    static double tolerance(double[] predictions) {
        double tolerance =
                Math.max(
                        TOLERANCE * Statistics.deviation(predictions),
                        1e-6 * Math.abs(predictions[0]));
        if (!Arrays.stream(predictions).allMatch(ReferenceAnswers::isHalf)) {
            return tolerance;
        }
        double largest = Arrays.stream(predictions).map(Math::abs).max().orElseThrow();
        return Math.max(tolerance, HALF_TOLERANCE * largest);
    }

    /** Whether float16 has this number, so that a model of this type may have predicted it. */
    private static boolean isHalf(double prediction) {
        return Float.float16ToFloat(Float.floatToFloat16((float) prediction)) == prediction;
    }

    /**
     * Compares further predictions with the first ones.
     *
     * @param start the row of the first prediction; the others are those of the next rows, and of
     *     the first rows after the last
     * @param count number of predictions
     */
    void compare(RowPredictions answers, int start, int count) {
        for (int i = 0; i < count; i++) {
            int row = (start + i) % size();
            if (differs(first.span(row), answers.span(i)) || differs(first, row, answers, i)) {
                different.set(row);
                example =
                        "first %s, and later %s in a request of %s"
                                .formatted(
                                        text(first, row),
                                        text(answers, i),
                                        count == 1 ? "1 row" : count + " rows");
            }
        }
    }

    private boolean differs(RowPredictions one, int row, RowPredictions other, int otherRow) {
        return differs(one.predictions()[row], other.predictions()[otherRow]);
    }

    private boolean differs(Span one, Span other) {
        return differs(one.min(), other.min()) || differs(one.max(), other.max());
    }

    private boolean differs(double one, double other) {
        return Math.abs(one - other) > tolerance;
    }

    private static String text(RowPredictions answers, int row) {
        String prediction = Figures.of(answers.predictions()[row]);
        return answers.hasIntervals() ? prediction + " (" + answers.span(row) + ")" : prediction;
    }

    /** Number of rows. */
    int size() {
        return first.predictions().length;
    }

    private int most() {
        return (int) Math.max(AT_LEAST, DIFFERENT * size());
    }

    /**
     * Whether the predictions of all comparisons so far are the same, except for rounding.
     *
     * @param rows which rows they are, in words
     */
    GateResult result(String rows) {
        int count = different.cardinality();
        String problem =
                count <= most()
                        ? ""
                        : "It predicts something else for %d of %s if they are sent again, alone or in requests of another size: for one of them %s. Export a model that treats each row on its own and uses no random numbers."
                                .formatted(count, rows, example);
        return new GateResult(
                "repeats", "", "%d of %d differ".formatted(count, size()), "≤ " + most(), problem);
    }
}
