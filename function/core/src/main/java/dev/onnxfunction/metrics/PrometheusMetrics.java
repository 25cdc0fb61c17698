package dev.onnxfunction.metrics;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.observe.TraceContext;

import org.jspecify.annotations.Nullable;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Counts events since the start and exposes them to Prometheus. Thread-safe. */
public final class PrometheusMetrics implements Observer {

    private final RequestCounts requests = new RequestCounts();
    private final RequestCounts rollouts = new RequestCounts();
    private final RowCounts rows;
    private final String model;
    private final @Nullable BooleanSupplier keysRead;
    private final LongSupplier droppedLines;
    private @Nullable Exposition exposition;

    /**
     * @param keysRead whether the last read of the API keys succeeded; null if there are none
     * @param droppedLines number of log lines that the error stream has not taken
     */
    public PrometheusMetrics(
            OnnxModel model, @Nullable BooleanSupplier keysRead, LongSupplier droppedLines) {
        this.rows = new RowCounts(model);
        this.model = model.toString();
        this.keysRead = keysRead;
        this.droppedLines = droppedLines;
    }

    @Override
    public void answered(Exchange exchange) {
        (exchange.rollout() ? rollouts : requests).count(exchange);
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
    public Observer ofStream() {
        return new StreamCounts(rows);
    }

    /** All counts, in the text format of Prometheus, version 0.0.4. */
    public synchronized String text() {
        if (exposition == null) {
            exposition =
                    new Exposition(
                            model,
                            requests,
                            rollouts,
                            rows,
                            new ProcessCollector(keysRead, droppedLines));
        }
        return exposition.text();
    }

    @Override
    public synchronized void close() {
        if (exposition != null) {
            exposition.close();
        }
    }
}
