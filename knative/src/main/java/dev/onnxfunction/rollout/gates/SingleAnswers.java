package dev.onnxfunction.rollout.gates;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether the candidate always answers the same to a request with one row, throughout the rollout.
 * A model that uses random numbers differs in more and more rows. A row that rounding sends down
 * another branch on another processor is always the same one.
 */
final class SingleAnswers {

    /** Of this number of rows, one may have other answers; at least one of several. */
    private static final int ROWS_PER_DIFFERENCE = 25;

    /** Maximum relative difference by rounding if there is one row, so no standard deviation. */
    private static final double TOLERANCE = 1e-3;

    private List<String> rows = List.of();
    private List<RowAnswers> answers = List.of();

    /**
     * Which rows are sent. If they are others than before, what was answered before is forgotten.
     *
     * @param requests the rows as JSON
     */
    void expect(List<String> requests) {
        if (!rows.equals(requests)) {
            rows = requests;
            answers = new ArrayList<>();
            requests.forEach(_ -> answers.add(new RowAnswers()));
        }
    }

    /**
     * Adds an answer.
     *
     * @param row index of the row
     * @param answer the prediction for it
     */
    void add(int row, RowPredictions answer) {
        answers.get(row).add(answer);
    }

    /** A failure if too many rows have had different answers; otherwise nothing. */
    List<GateResult> results() {
        List<RowAnswers> answered = answers.stream().filter(row -> row.count() > 0).toList();
        double[] predictions = answered.stream().mapToDouble(RowAnswers::prediction).toArray();
        if (predictions.length == 0) {
            return List.of();
        }
        double tolerance = tolerance(predictions);
        List<RowAnswers> different =
                answered.stream().filter(row -> row.width() > tolerance).toList();
        int most = rows.size() == 1 ? 0 : Math.max(1, rows.size() / ROWS_PER_DIFFERENCE);
        if (different.size() <= most) {
            return List.of();
        }
        int requests = answered.stream().mapToInt(RowAnswers::count).sum();
        String problem =
                "In %d requests with one row each, it predicted something else for %d of the %d rows when they were sent again: for one of them %s. Export a model that uses no random numbers."
                        .formatted(requests, different.size(), rows.size(), different.getFirst());
        String shown = "%d of %d differ".formatted(different.size(), rows.size());
        return List.of(new GateResult("repeats", "", shown, "≤ " + most, problem));
    }

    private static double tolerance(double[] predictions) {
        return predictions.length == 1
                ? TOLERANCE * Math.abs(predictions[0])
                : ReferenceAnswers.tolerance(predictions);
    }
}
