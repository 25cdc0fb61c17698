package dev.onnxfunction.metrics;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.util.List;

/** The function's metrics and Micrometer's metrics of the JVM, for Prometheus. Thread-safe. */
final class Exposition implements AutoCloseable {

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    Exposition(
            String model,
            RequestCounts requests,
            RequestCounts rollouts,
            RowCounts rows,
            ProcessCollector process) {
        registry.getPrometheusRegistry()
                .register(
                        new RequestCollector(
                                "http_server_requests_seconds",
                                "Time from the last byte of a request to its response.",
                                requests));
        registry.getPrometheusRegistry()
                .register(
                        new RequestCollector(
                                "onnx_function_rollout_requests_seconds",
                                "The same for requests with a rollout's key, which are counted"
                                        + " nowhere else.",
                                rollouts));
        registry.getPrometheusRegistry().register(new RowCollector(model, rows));
        registry.getPrometheusRegistry().register(process);
        List<MeterBinder> binders =
                List.of(
                        collections,
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new FileDescriptorMetrics(),
                        new ProcessorMetrics(),
                        new UptimeMetrics());
        binders.forEach(binder -> binder.bindTo(registry));
    }

    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
