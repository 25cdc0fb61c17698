package dev.onnxfunction.metrics;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.observe.TraceContext;
import dev.onnxfunction.text.Printable;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Counts rows, predictions and values, and registers them with any Micrometer registry, under the
 * names that {@link PrometheusMetrics} uses for Prometheus. Thread-safe.
 */
public final class ModelMeters implements Observer, MeterBinder {

    private static final String PREFIX = "onnx.function.";

    private final String model;
    private final RowCounts rows;

    public ModelMeters(OnnxModel model) {
        this.model = model.toString();
        this.rows = new RowCounts(model);
    }

    @Override
    public void predicted(Batch batch, TraceContext trace) {
        rows.count(batch);
    }

    @Override
    public void refused(Faults faults) {
        rows.count(faults);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Tags tags = Tags.of("model", model);
        FunctionCounter.builder(PREFIX + "rows", rows, RowCounts::rows)
                .description("Rows predicted.")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder(
                        PREFIX + "prediction.sum", rows, counted -> counted.predictions().sum())
                .description("Sum of the predictions, in the target's unit.")
                .tags(tags)
                .register(registry);
        for (FeatureCounts feature : rows.features()) {
            bind(feature, tags.and("feature", Printable.of(feature.name())), registry);
        }
    }

    private static void bind(FeatureCounts feature, Tags tags, MeterRegistry registry) {
        count("missing", "Missing values.", FeatureCounts::missing, feature, tags, registry);
        count(
                "out.of.range",
                "Values outside the training range.",
                FeatureCounts::outOfRange,
                feature,
                tags,
                registry);
        count("invalid", "Values refused.", FeatureCounts::invalid, feature, tags, registry);
        if (feature.trainingValues().length > 0) {
            Gauge.builder(PREFIX + "feature.drift.psi", feature, ModelMeters::drift)
                    .description("Population stability index of the values since the start.")
                    .tags(tags)
                    .register(registry);
        }
    }

    private static void count(
            String name,
            String description,
            Function<FeatureCounts, LongAdder> count,
            FeatureCounts feature,
            Tags tags,
            MeterRegistry registry) {
        FunctionCounter.builder(
                        PREFIX + "feature." + name,
                        feature,
                        counted -> count.apply(counted).doubleValue())
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /** NaN until there are enough values. */
    private static double drift(FeatureCounts feature) {
        long[] values = feature.values();
        return Arrays.stream(values).sum() < StabilityIndex.LEAST_VALUES
                ? Double.NaN
                : StabilityIndex.of(values, feature.trainingValues());
    }
}
