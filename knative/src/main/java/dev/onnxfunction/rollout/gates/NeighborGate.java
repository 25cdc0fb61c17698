package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.Neighbors;
import dev.onnxfunction.rollout.gates.statistics.Statistics;

import java.util.random.RandomGenerator;

/**
 * Whether the candidate is as good for rows near and between the labelled ones as for the labelled
 * rows themselves. A model that looks up the labelled rows is not.
 *
 * @param compared the comparison on the labelled rows
 */
record NeighborGate(EvaluationComparison compared, RandomGenerator random) {

    private static final int ROWS = 500;

    /** How near the rows are, as a share of the way to another row. */
    private static final double NEAR = 1e-6;

    /** Largest share of the way for rows between two others. */
    private static final double BETWEEN = 0.5;

    /** Maximum difference of the predictions for a row and one near it, in standard deviations. */
    private static final double MOVE = 0.1;

    /** Share of the rows that may move further, because a tree may have a threshold there. */
    private static final double MOVED = 0.1;

    private static final int AT_LEAST = 2;

    private static final String REMEDY =
            " A model that looks up the rows of the evaluation does this. Evaluate on rows that its"
                    + " authors have never had.";

    /** Compares rows with rows next to them. */
    GateResult near() throws EvaluationException, GateException, InterruptedException {
        Neighbors neighbors = compared.rows().neighbors(ROWS, NEAR, random);
        if (neighbors.isEmpty()) {
            return none("near rows");
        }
        FunctionClient client = compared.candidate().client();
        double[] rows = compared.rows().origins(neighbors, compared.ofCandidate().predictions());
        double[] near = client.predict(compared.rows().candidateRows(neighbors)).predictions();
        double most = MOVE * Statistics.deviation(rows);
        int moved = 0;
        String last = "";
        for (int i = 0; i < rows.length; i++) {
            if (Math.abs(near[i] - rows[i]) > most) {
                moved++;
                last = Figures.of(rows[i]) + " becomes " + Figures.of(near[i]);
            }
        }
        int allowed = (int) Math.max(AT_LEAST, MOVED * rows.length);
        String problem =
                moved <= allowed
                        ? ""
                        : "It predicts something else for %d of %d rows of %s if their values change by a millionth: %s.%s"
                                .formatted(moved, rows.length, compared.file(), last, REMEDY);
        String shown = "%d of %d move".formatted(moved, rows.length);
        return new GateResult("near rows", "", shown, "≤ " + allowed, problem);
    }

    /**
     * Compares the candidate with live on rows between the labelled ones.
     *
     * @param live its model
     * @param labelled the shift on the labelled rows
     */
    GateResult between(ComparedModel live, ShiftGate labelled)
            throws EvaluationException, GateException, InterruptedException {
        Neighbors neighbors = compared.rows().neighbors(ROWS, BETWEEN, random);
        if (neighbors.isEmpty()) {
            return none("between rows");
        }
        double[] lives = live.client().predict(compared.rows().liveRows(neighbors)).predictions();
        double[] own =
                compared.candidate()
                        .client()
                        .predict(compared.rows().candidateRows(neighbors))
                        .predictions();
        double moved = Statistics.rmse(own, lives);
        double shift = moved == 0 ? 0 : moved / labelled.deviation();
        double limit = labelled.elsewhere();
        String problem =
                shift <= limit
                        ? ""
                        : "For values between those of two rows of %s, its predictions are %.3g standard deviations from live's.%s Raise --max-shift if that is intended."
                                .formatted(compared.file(), shift, REMEDY);
        return new GateResult(
                "between rows", "", Figures.of(shift) + " sd", ShiftGate.text(limit), problem);
    }

    private static GateResult none(String name) {
        return GateResult.unknown(name, "", "not tested", "no measured feature");
    }
}
