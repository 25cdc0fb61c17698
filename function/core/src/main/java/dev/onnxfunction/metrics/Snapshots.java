package dev.onnxfunction.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Snapshots of metrics, as types of the Prometheus client. */
final class Snapshots {

    private Snapshots() {}

    /** Counters by their labels; the name is without {@code _total}. */
    static MetricSnapshot counter(String name, String help, Map<Labels, Long> counts) {
        return new CounterSnapshot(
                new MetricMetadata(name, help),
                points(
                        counts,
                        (labels, count) -> new CounterDataPointSnapshot(count, labels, null, 0)));
    }

    /** Gauges by their labels. */
    static MetricSnapshot gauge(String name, String help, Map<Labels, Double> values) {
        return new GaugeSnapshot(
                new MetricMetadata(name, help),
                points(values, (labels, value) -> new GaugeDataPointSnapshot(value, labels, null)));
    }

    /** Info metric with labels; the name is without {@code _info}. */
    static MetricSnapshot info(String name, String help, Labels labels) {
        return new InfoSnapshot(
                new MetricMetadata(name, help), List.of(new InfoDataPointSnapshot(labels)));
    }

    /** Histograms by their labels. */
    static MetricSnapshot histogram(
            String name, String help, Map<Labels, Distribution> distributions) {
        return new HistogramSnapshot(
                new MetricMetadata(name, help), points(distributions, Snapshots::point));
    }

    private static <T, P> List<P> points(Map<Labels, T> values, BiFunction<Labels, T, P> point) {
        return values.entrySet().stream()
                .map(each -> point.apply(each.getKey(), each.getValue()))
                .toList();
    }

    private static HistogramDataPointSnapshot point(Labels labels, Distribution distribution) {
        return new HistogramDataPointSnapshot(
                ClassicHistogramBuckets.of(distribution.upperEdges(), distribution.counts()),
                distribution.sum(),
                labels,
                Exemplars.EMPTY,
                0);
    }

    /** An empty map that keeps its order. */
    static <T> Map<Labels, T> byLabels() {
        return new LinkedHashMap<>();
    }
}
