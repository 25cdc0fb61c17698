package dev.onnxfunction.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Metrics of the process itself: its log, its memory and its keys. */
final class ProcessCollector implements MultiCollector {

    private final @Nullable BooleanSupplier keysRead;
    private final LongSupplier droppedLines;

    /**
     * @param keysRead whether the last read of the API keys succeeded; null if there are none
     * @param droppedLines number of log lines that the error stream has not taken
     */
    ProcessCollector(@Nullable BooleanSupplier keysRead, LongSupplier droppedLines) {
        this.keysRead = keysRead;
        this.droppedLines = droppedLines;
    }

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots.Builder snapshots =
                MetricSnapshots.builder()
                        .metricSnapshot(
                                Snapshots.counter(
                                        "onnx_function_log_lines_dropped",
                                        "Log lines that the error stream did not take.",
                                        Map.of(Labels.EMPTY, droppedLines.getAsLong())));
        ResidentMemory.bytes()
                .ifPresent(
                        bytes ->
                                snapshots.metricSnapshot(
                                        Snapshots.gauge(
                                                "process_resident_memory_bytes",
                                                "Resident memory of the process.",
                                                Map.of(Labels.EMPTY, (double) bytes))));
        if (keysRead != null) {
            snapshots.metricSnapshot(
                    Snapshots.gauge(
                            "onnx_function_keys_last_read_successful",
                            "Whether the last read of the API keys succeeded; else older keys"
                                    + " remain valid.",
                            Map.of(Labels.EMPTY, keysRead.getAsBoolean() ? 1.0 : 0.0)));
        }
        return snapshots.build();
    }
}
