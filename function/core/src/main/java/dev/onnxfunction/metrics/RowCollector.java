package dev.onnxfunction.metrics;

import dev.onnxfunction.text.Printable;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Metrics of rows, predictions and feature values. */
final class RowCollector implements MultiCollector {

    private static final String PREFIX = "onnx_function_";

    private final String model;
    private final RowCounts rows;

    /**
     * @param model label of the model
     */
    RowCollector(String model, RowCounts rows) {
        this.model = model;
        this.rows = rows;
    }

    @Override
    public MetricSnapshots collect() {
        return new MetricSnapshots(
                Snapshots.info(
                        PREFIX + "model", "The model that is served.", Labels.of("model", model)),
                Snapshots.counter(
                        PREFIX + "rows", "Rows predicted.", Map.of(Labels.EMPTY, rows.rows())),
                Snapshots.histogram(
                        PREFIX + "prediction",
                        "Predictions, in the target's unit.",
                        Map.of(Labels.EMPTY, rows.predictions())),
                requestMeans(),
                perFeature("missing", "Missing values.", FeatureCounts::missing),
                perFeature(
                        "out_of_range",
                        "Values outside the training range.",
                        FeatureCounts::outOfRange),
                perFeature(
                        "unknown_category",
                        "Categories that the training data does not have.",
                        FeatureCounts::unknownCategory),
                perFeature("invalid", "Values refused.", FeatureCounts::invalid),
                values(),
                expected(),
                drift());
    }

    private MetricSnapshot requestMeans() {
        RequestMeans means = rows.requestMeans();
        Map<Labels, Double> sums = Snapshots.byLabels();
        sums.put(Labels.of("of", "1"), means.requests());
        sums.put(Labels.of("of", "m"), means.m());
        sums.put(Labels.of("of", "q"), means.q());
        sums.put(Labels.of("of", "mm"), means.mm());
        sums.put(Labels.of("of", "mq"), means.mq());
        sums.put(Labels.of("of", "qq"), means.qq());
        return Snapshots.gauge(
                PREFIX + "request_prediction_sums",
                "Sums over requests: m is the mean of a request's predictions, q of their squares.",
                sums);
    }

    private MetricSnapshot perFeature(
            String name, String help, Function<FeatureCounts, LongAdder> count) {
        Map<Labels, Long> counts = Snapshots.byLabels();
        for (FeatureCounts feature : rows.features()) {
            counts.put(label(feature), count.apply(feature).sum());
        }
        return Snapshots.counter(PREFIX + "feature_" + name, help, counts);
    }

    private MetricSnapshot values() {
        Map<Labels, Long> counts = Snapshots.byLabels();
        for (FeatureCounts feature : rows.features()) {
            long[] values = feature.values();
            for (int bin = 0; bin < values.length; bin++) {
                counts.put(label(feature, bin), values[bin]);
            }
        }
        return Snapshots.counter(
                PREFIX + "feature_values",
                "Values by bin of the training histogram; of a large request, a sample.",
                counts);
    }

    private MetricSnapshot expected() {
        Map<Labels, Double> shares = Snapshots.byLabels();
        for (FeatureCounts feature : rows.features()) {
            long[] training = feature.trainingValues();
            for (int bin = 0; bin < training.length; bin++) {
                shares.put(label(feature, bin), StabilityIndex.ofAll(training, bin));
            }
        }
        return Snapshots.gauge(
                PREFIX + "feature_expected_ratio", "Share of the training data.", shares);
    }

    private MetricSnapshot drift() {
        Map<Labels, Double> indices = Snapshots.byLabels();
        for (FeatureCounts feature : rows.features()) {
            long[] values = feature.values();
            if (Arrays.stream(values).sum() >= StabilityIndex.LEAST_VALUES) {
                indices.put(label(feature), StabilityIndex.of(values, feature.trainingValues()));
            }
        }
        return Snapshots.gauge(
                PREFIX + "feature_drift_psi",
                "Population stability index of the values since the start.",
                indices);
    }

    private static Labels label(FeatureCounts feature) {
        return Labels.of("feature", Printable.of(feature.name()));
    }

    private static Labels label(FeatureCounts feature, int bin) {
        return Labels.of("feature", Printable.of(feature.name()), "bin", feature.binName(bin));
    }
}
