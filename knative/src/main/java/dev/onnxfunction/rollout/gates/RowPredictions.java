package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

/** A revision's predictions for rows, in the order of the rows. Arrays are shared, not copied. */
final class RowPredictions {

    private final RevisionConnection connection;
    private final double[] predictions;
    private final double[] lower;
    private final double[] upper;
    private int count;
    private int intervals;

    /**
     * @param connection to the revision, for messages
     * @param rows number of rows
     */
    RowPredictions(RevisionConnection connection, int rows) {
        this.connection = connection;
        predictions = new double[rows];
        lower = new double[rows];
        upper = new double[rows];
    }

    /** Adds the prediction for the next row. */
    void add(JsonNode answer) throws GateException {
        predictions[count] = number(answer, answer.path("predict"));
        JsonNode interval = answer.path("interval");
        if (!interval.isMissingNode()) {
            lower[count] = number(answer, interval.path(0));
            upper[count] = number(answer, interval.path(1));
            intervals++;
        }
        count++;
    }

    private double number(JsonNode answer, JsonNode value) throws GateException {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw connection.wrong(
                    "answers a row with "
                            + RevisionConnection.excerpt(answer.toString())
                            + ", which has no prediction, or an interval without bounds.");
        }
        return value.doubleValue();
    }

    /** Adds the predictions for the next rows. */
    void addAll(RowPredictions next) {
        System.arraycopy(next.predictions, 0, predictions, count, next.count);
        System.arraycopy(next.lower, 0, lower, count, next.count);
        System.arraycopy(next.upper, 0, upper, count, next.count);
        count += next.count;
        intervals += next.intervals;
    }

    /** The predictions, one for each row. */
    double[] predictions() {
        return predictions;
    }

    /** Whether each prediction has an interval. */
    boolean hasIntervals() {
        return count > 0 && intervals == count;
    }

    /** A row's prediction and the bounds of its interval, if it has one. */
    Span span(int row) {
        Span prediction = new Span(predictions[row], predictions[row]);
        if (!hasIntervals()) {
            return prediction;
        }
        Span interval = new Span(lower[row], upper[row]);
        return interval.isCrossed() ? interval : interval.with(prediction);
    }

    /** From the smallest to the largest prediction, or bound of an interval. */
    Span span() {
        Span all = Span.of(predictions);
        return hasIntervals() ? all.with(Span.of(lower)).with(Span.of(upper)) : all;
    }

    /** The lower bounds of the intervals, if there are any. */
    double[] lower() {
        return lower;
    }

    /** The upper bounds of the intervals, if there are any. */
    double[] upper() {
        return upper;
    }
}
