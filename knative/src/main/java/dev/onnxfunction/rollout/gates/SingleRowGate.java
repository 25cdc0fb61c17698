package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;

/**
 * Whether the candidate predicts the same for a row alone as for the row among others. The other
 * gates send many rows at once, while most clients send one.
 */
final class SingleRowGate {

    /** Maximum number of rows, spread evenly over all of them. */
    private static final int ROWS = 20;

    /** Largest difference by rounding, in standard deviations of the predictions. */
    private static final double TOLERANCE = 1e-3;

    /** Share of the rows that may differ, because rounding may send a row down another branch. */
    private static final double DIFFERENT = 0.1;

    private SingleRowGate() {}

    static GateResult result(EvaluationComparison compared)
            throws GateException, InterruptedException {
        List<JsonNode> rows = compared.rows().candidateRows();
        double[] together = compared.ofCandidate().predictions();
        double tolerance =
                Math.max(TOLERANCE * Statistics.deviation(together), 1e-6 * Math.abs(together[0]));
        int count = Math.min(ROWS, rows.size());
        int different = 0;
        String last = "";
        for (int i = 0; i < count; i++) {
            int row = (int) ((long) i * rows.size() / count);
            double alone =
                    compared.candidate().client().predict(List.of(rows.get(row))).predictions()[0];
            if (Math.abs(alone - together[row]) > tolerance) {
                different++;
                last = "%s alone and %s".formatted(Figures.of(alone), Figures.of(together[row]));
            }
        }
        String problem =
                different <= DIFFERENT * count
                        ? ""
                        : "It predicts something else for %d of %d rows of %s if each is sent alone, such as %s among others. Export a model that treats each row on its own."
                                .formatted(different, count, compared.file(), last);
        return new GateResult(
                "single rows", "", different + " of " + count + " differ", "≤ 10 %", problem);
    }
}
