package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.GateException.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whether the candidate explains its predictions for labelled rows, if live does: base and
 * contributions must add up to what it predicts. For an explanation, a model predicts rows that are
 * mixed with the background on its card, which no other gate asks for.
 *
 * @param compared the comparison on the labelled rows
 * @param live the live model
 * @param random chooses the rows, so that nobody knows them in advance
 */
record ExplanationGate(EvaluationComparison compared, ComparedModel live, RandomGenerator random) {

    private static final String NAME = "explanations";

    private static final int ROWS = 50;

    /** Maximum difference by rounding, relative to the largest addend. */
    private static final double ROUNDING = 1e-4;

    /**
     * Status and title by which a function refuses to explain any row. Compared whole, because a
     * refusal for another reason may name a feature so.
     */
    private static final String NO_BACKGROUND = "422 No background";

    private static final String ANSWERS = "it answers ";

    GateResult result() throws GateException, InterruptedException {
        if (!liveExplains()) {
            return GateResult.unknown(NAME, "none", "not tested", "live explains no row");
        }
        List<JsonNode> rows = compared.rows().candidateRows();
        int count = Math.min(ROWS, rows.size());
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int row = (int) ((i + random.nextDouble()) * rows.size() / count);
            String problem = problem(rows, row);
            if (problem.equals(ANSWERS + NO_BACKGROUND)) {
                return GateResult.unknown(NAME, "", "none", "its card has no background");
            }
            if (!problem.isEmpty()) {
                problems.add(problem);
            }
        }
        String problem =
                problems.isEmpty()
                        ? ""
                        : "It explains %d of %d rows of %s wrongly or not at all: for one of them, %s. Send such rows to /explain, and see whether the background on its card is data that the model is made for."
                                .formatted(
                                        problems.size(),
                                        count,
                                        compared.file(),
                                        problems.getFirst());
        String shown = "%d of %d wrong".formatted(problems.size(), count);
        return new GateResult(NAME, "", shown, "0", problem);
    }

    /** Whether live explains the first row. It is not to blame if it does not. */
    private boolean liveExplains() throws GateException, InterruptedException {
        try {
            return isExplanation(live.client().explain(compared.rows().liveRows().getFirst()));
        } catch (GateException e) {
            if (e.kind() == Kind.UNAUTHORIZED || e.kind() == Kind.NO_GATEWAY) {
                throw e;
            }
            return false;
        }
    }

    private static boolean isExplanation(JsonNode answer) {
        return answer.path("predict").isNumber()
                && answer.path("base").isNumber()
                && answer.path("contributions").isObject();
    }

    /** What is wrong with the candidate's explanation of a row; empty if nothing is. */
    private String problem(List<JsonNode> rows, int row)
            throws GateException, InterruptedException {
        double[] predictions = compared.ofCandidate().predictions();
        JsonNode answer;
        try {
            answer = compared.candidate().client().explain(rows.get(row));
        } catch (GateException e) {
            if (e.kind() != Kind.REFUSAL) {
                throw e;
            }
            return ANSWERS + e.refusal();
        }
        if (!isExplanation(answer)) {
            return ANSWERS + RevisionConnection.excerpt(answer.toString());
        }
        double predict = answer.path("predict").doubleValue();
        if (!(Math.abs(predict - predictions[row]) <= ReferenceAnswers.tolerance(predictions))) {
            return "it explains the prediction %s, but predicts %s"
                    .formatted(Figures.of(predict), Figures.of(predictions[row]));
        }
        double sum = answer.path("base").doubleValue();
        double largest = Math.max(Math.abs(predict), Math.abs(sum));
        for (JsonNode contribution : answer.path("contributions")) {
            sum += contribution.doubleValue();
            largest = Math.max(largest, Math.abs(contribution.doubleValue()));
        }
        return Math.abs(sum - predict) <= ROUNDING * largest
                ? ""
                : "base and contributions add up to %s, but it predicts %s"
                        .formatted(Figures.of(sum), Figures.of(predict));
    }
}
