package dev.onnxfunction.metrics;

import dev.onnxfunction.card.Histogram;
import dev.onnxfunction.fault.Fault;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.OnnxModel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Counts predicted rows, predictions and feature values. Thread-safe. */
final class RowCounts {

    /**
     * Maximum number of features with their own metrics, the first ones, to bound the number of
     * labels.
     */
    private static final int MAX_FEATURES = 100;

    /** Maximum rows of one request whose values are counted. */
    private static final int MAX_ROWS = 32;

    /** Edges for predictions if the card has no histogram of the target. */
    private static final double[] EDGES = {
        -1e6, -5e5, -2e5, -1e5, -5e4, -2e4, -1e4, -5000, -2000, -1000, -500, -200, -100, -50, -20,
        -10, -5, -2, -1, -0.5, -0.2, -0.1, 0, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500,
        1000, 2000, 5000, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6
    };

    /**
     * Largest prediction that counts in full in the sums over requests, as a multiple of the
     * target's largest absolute edge. A single one of 1e30 would hide all others in the sums.
     */
    private static final double MAX_SUMMED_EDGES = 100;

    /** The same if the card has no histogram of the target: its fourth power stays finite. */
    private static final double MAX_SUMMED = 1e70;

    private final LongAdder rows = new LongAdder();
    private final Distribution predictions;
    private final double maxSummed;
    private final RequestMeans requestMeans = new RequestMeans();
    private final List<FeatureCounts> features = new ArrayList<>();
    private final Map<String, FeatureCounts> byName = new HashMap<>();

    RowCounts(OnnxModel model) {
        Histogram.Bins target = model.card() == null ? null : model.card().target().histogram();
        this.predictions =
                new Distribution(target == null ? EDGES : FeatureBins.array(target.edges()));
        this.maxSummed = target == null ? MAX_SUMMED : MAX_SUMMED_EDGES * largest(target.edges());
        for (Column column : model.columns()) {
            if (features.size() < MAX_FEATURES) {
                FeatureCounts feature = new FeatureCounts(column);
                features.add(feature);
                byName.put(feature.name(), feature);
            }
        }
    }

    private static double largest(List<Double> edges) {
        return Math.max(Math.abs(edges.getFirst()), Math.abs(edges.getLast()));
    }

    /** Counts the rows of a request. */
    void count(Batch batch) {
        Predicted request = new Predicted();
        count(batch, request);
        end(request);
    }

    /** Counts some rows of a request, which {@link #end}s later. */
    void count(Batch batch, Predicted request) {
        int size = batch.size();
        rows.add(size);
        countPredictions(batch, size, request);
        int step = Math.ceilDiv(Math.max(1, size), MAX_ROWS);
        for (FeatureCounts feature : features) {
            feature.countValues(batch, step);
        }
        batch.forEachOutOfRange(column -> increment(column, FeatureCounts::outOfRange));
        batch.forEachUnknownCategory(column -> increment(column, FeatureCounts::unknownCategory));
        batch.forEachMissing(column -> increment(column, FeatureCounts::missing));
    }

    /** Counts a request whose rows are counted. */
    void end(Predicted request) {
        if (request.rows > 0) {
            requestMeans.add(request.sum / request.rows, request.squares / request.rows);
        }
    }

    private void countPredictions(Batch batch, int size, Predicted request) {
        double sum = 0;
        double squares = 0;
        Distribution.Tally tally = predictions.new Tally();
        for (int row = 0; row < size; row++) {
            double prediction = batch.prediction(row);
            tally.add(prediction);
            double bounded = Math.clamp(prediction, -maxSummed, maxSummed);
            sum += bounded;
            squares += bounded * bounded;
        }
        if (size > 0) {
            tally.end();
        }
        request.rows += size;
        request.sum += sum;
        request.squares += squares;
    }

    void count(Faults faults) {
        for (Fault fault : faults.listed()) {
            FeatureCounts feature = fault.feature() == null ? null : byName.get(fault.feature());
            if (feature != null) {
                feature.invalid().increment();
            }
        }
    }

    private void increment(int column, Function<FeatureCounts, LongAdder> count) {
        if (column < features.size()) {
            count.apply(features.get(column)).increment();
        }
    }

    long rows() {
        return rows.sum();
    }

    /** In the target's unit. */
    Distribution predictions() {
        return predictions;
    }

    RequestMeans requestMeans() {
        return requestMeans;
    }

    List<FeatureCounts> features() {
        return features;
    }

    /** The predictions of one request. Not thread-safe. */
    static final class Predicted {
        private long rows;
        private double sum;
        private double squares;
    }
}
