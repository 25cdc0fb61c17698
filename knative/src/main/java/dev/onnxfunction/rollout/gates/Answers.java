package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import java.net.URI;

/** What a revision answers to rows, in their order. Arrays are shared, not copied. */
final class Answers {

    private final URI address;
    private final double[] predictions;
    private final double[] lower;
    private final double[] upper;
    private int count;
    private int intervals;

    /**
     * @param address who answers, for messages
     * @param rows how many answers there will be
     */
    Answers(URI address, int rows) {
        this.address = address;
        predictions = new double[rows];
        lower = new double[rows];
        upper = new double[rows];
    }

    /** Takes the answer to the next row. */
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
            throw new GateException(
                    address
                            + " answers a row with "
                            + FunctionClient.excerpt(answer.toString())
                            + ", which has no prediction or an interval without bounds.",
                    false);
        }
        return value.doubleValue();
    }

    /** One for each row. */
    double[] predictions() {
        return predictions;
    }

    /** Whether each answer has a prediction interval. */
    boolean hasIntervals() {
        return count > 0 && intervals == count;
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
