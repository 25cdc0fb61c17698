package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.Neighbors;
import dev.onnxfunction.rollout.gates.statistics.Statistics;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whether what makes the candidate good for the labelled rows also helps next to them. The rows
 * move toward their nearest neighbors, as far as a model that has learned from other rows stays
 * good, while one that looks up the labelled rows is lost.
 *
 * @param compared the comparison on the labelled rows
 * @param live the live model
 * @param ofLive its predictions for the labelled rows
 * @param isFar whether the candidate's predictions for these rows are far from live's
 */
record NextRowsGate(
        EvaluationComparison compared,
        ComparedModel live,
        RowPredictions ofLive,
        boolean isFar,
        RandomGenerator random) {

    private static final String NAME = "next rows";
    private static final int ROWS = 500;
    private static final double FROM = 0.2;
    private static final double TO = 0.35;

    /**
     * Maximum growth of the mean squared error, in mean squared errors of live. Among 1925 pairs of
     * models of fourteen kinds that had seen none of the rows, on eight data sets, the largest was
     * 0.50.
     */
    private static final double LIMIT = 0.75;

    /**
     * The same if the candidate predicts far from live: among 1614 such pairs of nineteen kinds, on
     * eleven kinds of data, the largest growth was 0.15.
     */
    private static final double LIMIT_IF_FAR = 0.25;

    /** Smallest error of live that counts, in standard deviations of its predictions. */
    private static final double LEAST_ERROR = 0.1;

    /** The result of this gate, and of sending its rows twice. */
    List<GateResult> results() throws EvaluationException, GateException, InterruptedException {
        LabelledRows rows = compared.rows();
        Neighbors neighbors = rows.neighbors(ROWS, FROM, TO, random);
        if (neighbors.isEmpty()) {
            return List.of(GateResult.unknown(NAME, "", "not tested", "no measured feature"));
        }
        FunctionClient client = compared.candidate().client();
        RowPredictions lives = live.client().predict(rows.liveRows(neighbors));
        RowPredictions own = client.predict(rows.candidateRows(neighbors));
        ReferenceAnswers reference = new ReferenceAnswers(own);
        reference.compare(client.predict(rows.candidateRows(neighbors)), 0, reference.size());
        GateResult again =
                reference.result(
                        "%d rows next to those of %s".formatted(reference.size(), compared.file()));
        GateResult result = result(neighbors, own.predictions(), lives.predictions());
        return again.passed() ? List.of(result) : List.of(result, again);
    }

    private GateResult result(Neighbors neighbors, double[] own, double[] lives) {
        LabelledRows rows = compared.rows();
        double[] truth = rows.origins(neighbors, rows.truth());
        double[] liveBefore = rows.origins(neighbors, ofLive.predictions());
        double[] ownBefore = rows.origins(neighbors, compared.ofCandidate().predictions());
        double[] moved = new double[truth.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = truth[i] + lives[i] - liveBefore[i];
        }
        double least = LEAST_ERROR * Statistics.deviation(ofLive.predictions());
        double unit = square(Math.max(Statistics.rmse(liveBefore, truth), least));
        double before = square(Statistics.rmse(ownBefore, truth)) / unit;
        double after =
                square(Math.min(Statistics.rmse(own, truth), Statistics.rmse(own, moved))) / unit;
        double limit = isFar ? LIMIT_IF_FAR : LIMIT;
        String problem =
                after - before <= limit
                        ? ""
                        : "Its mean squared error is %s times live's for rows of %s, and %s times as much at a quarter of the way to the nearest other rows. A model that looks up the rows of the evaluation does this. Evaluate on rows that its authors have never had, or leave this gate out with --max-probe-distance Infinity."
                                .formatted(Figures.of(before), compared.file(), Figures.of(after));
        return new GateResult(
                NAME,
                "",
                "MSE × %s → × %s".formatted(Figures.of(before), Figures.of(after)),
                "≤ + " + limit,
                problem);
    }

    private static double square(double value) {
        return value * value;
    }
}
