package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.rows.EvaluationException;
import dev.onnxfunction.rollout.gates.rows.Neighbors;
import dev.onnxfunction.rollout.gates.statistics.IntervalScores;
import dev.onnxfunction.rollout.gates.statistics.Statistics;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
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
 * @param level of live's intervals; null if it has none, or the candidate's need not be as good
 */
record NextRowsGate(
        EvaluationComparison compared,
        ComparedModel live,
        RowPredictions ofLive,
        boolean isFar,
        @Nullable Double level,
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

    /**
     * Maximum growth of the mean interval score, in scores of live. Among 86 honest pairs, the
     * largest was 0.21.
     */
    private static final double LIMIT_OF_SCORE = 0.75;

    /**
     * The score of intervals at 90 % around normal errors, in standard deviations of the errors.
     */
    private static final double SCORE = 4;

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
        GateResult result = result(neighbors, own, lives.predictions());
        return again.passed() ? List.of(result) : List.of(result, again);
    }

    private GateResult result(Neighbors neighbors, RowPredictions answers, double[] lives) {
        LabelledRows rows = compared.rows();
        double[] truth = rows.origins(neighbors, rows.truth());
        double[] liveBefore = rows.origins(neighbors, ofLive.predictions());
        double[] own = answers.predictions();
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
        GateResult result =
                new GateResult(
                        NAME,
                        "",
                        "MSE × %s → × %s".formatted(Figures.of(before), Figures.of(after)),
                        "≤ + " + limit,
                        problem);
        String worse = result.passed() ? intervals(neighbors, answers, truth, moved, least) : "";
        return worse.isEmpty() ? result : result.failing(worse);
    }

    /** What is wrong with the intervals next to the labelled rows; empty if nothing is. */
    private String intervals(
            Neighbors neighbors,
            RowPredictions answers,
            double[] truth,
            double[] moved,
            double least) {
        RowPredictions labelled = compared.ofCandidate();
        if (level == null || !ofLive.hasIntervals() || !labelled.hasIntervals()) {
            return "";
        }
        LabelledRows rows = compared.rows();
        double[] lower = rows.origins(neighbors, labelled.lower());
        double[] upper = rows.origins(neighbors, labelled.upper());
        double lives =
                score(
                        rows.origins(neighbors, ofLive.lower()),
                        rows.origins(neighbors, ofLive.upper()),
                        truth,
                        level);
        double unit = Math.max(lives, SCORE * least);
        double before = score(lower, upper, truth, level) / unit;
        double after =
                Math.min(
                                score(answers.lower(), answers.upper(), truth, level),
                                score(answers.lower(), answers.upper(), moved, level))
                        / unit;
        return after - before <= LIMIT_OF_SCORE
                ? ""
                : "The mean interval score of its intervals is %s times live's for rows of %s, and %s times as much at a quarter of the way to the nearest other rows. A model that looks up the rows of the evaluation does this. Evaluate on rows that its authors have never had, or accept its intervals with --allow-interval-change."
                        .formatted(Figures.of(before), compared.file(), Figures.of(after));
    }

    /** The mean interval score. */
    private static double score(double[] lower, double[] upper, double[] truth, double level) {
        return Arrays.stream(IntervalScores.of(lower, upper, truth, level)).average().orElseThrow();
    }

    private static double square(double value) {
        return value * value;
    }
}
