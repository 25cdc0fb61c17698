package dev.onnxfunction.rollout.gates;

/** All answers to requests with the same row: the ranges of the prediction and of the bounds. */
final class RowAnswers {

    private double prediction;
    private Span predictions = new Span(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    private Span lower = predictions;
    private Span upper = predictions;
    private int count;

    /**
     * @param answer the prediction for one row
     */
    void add(RowPredictions answer) {
        if (count++ == 0) {
            prediction = answer.predictions()[0];
        }
        predictions = predictions.with(Span.of(answer.predictions()));
        lower = lower.with(Span.of(answer.lower()));
        upper = upper.with(Span.of(answer.upper()));
    }

    /** Number of answers. */
    int count() {
        return count;
    }

    /** The first prediction. */
    double prediction() {
        return prediction;
    }

    /** How far the answers differ: the largest width of the three ranges. */
    double width() {
        return Math.max(predictions.width(), Math.max(lower.width(), upper.width()));
    }

    /** What was predicted, in words. */
    @Override
    public String toString() {
        return predictions.width() > 0
                ? "once "
                        + Figures.of(predictions.min())
                        + " and once "
                        + Figures.of(predictions.max())
                : "%s with other intervals".formatted(Figures.of(prediction));
    }
}
