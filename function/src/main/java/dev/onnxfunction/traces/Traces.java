package dev.onnxfunction.traces;

import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.Observer;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/**
 * Exports a span for each answered request, on its own thread, which loads OpenTelemetry at the
 * first one. If spans arrive faster than they are processed, some are lost.
 */
public final class Traces implements Observer {

    private static final Logger LOG = Logger.getLogger(Traces.class.getName());

    private static final int MAX_WAITING = 8192;
    private static final int PATIENCE_SECONDS = 5;

    private final ThreadPoolExecutor executor;
    private final URI endpoint;
    private final String model;

    /** Used only by the executor's thread. */
    private @Nullable SpanExport export;

    /**
     * @param endpoint URL of a collector, OTLP over HTTP, without {@code /v1/traces}
     * @param model name of the model
     */
    public Traces(URI endpoint, String model) {
        this.endpoint = endpoint;
        this.model = model;
        this.executor =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(MAX_WAITING),
                        Thread.ofPlatform().daemon().name("traces").factory(),
                        new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void answered(Exchange exchange) {
        Instant end = Instant.now();
        executor.execute(() -> send(exchange, end));
    }

    private void send(Exchange exchange, Instant end) {
        SpanExport ready = export;
        if (ready == null) {
            ready = createExport();
        }
        if (ready != null) {
            ready.send(exchange, end);
        }
    }

    /** Null for good if the settings of the SDK are invalid. */
    private @Nullable SpanExport createExport() {
        try {
            export = new SpanExport(endpoint, model);
        } catch (RuntimeException e) {
            executor.shutdownNow();
            LOG.severe(
                    "No spans are sent: "
                            + e.getMessage()
                            + ". Correct the settings of OpenTelemetry (OTEL_…), and start again.");
        }
        return export;
    }

    /** Exports the queued spans, and waits at most a few seconds for it. */
    @Override
    public void close() {
        executor.execute(this::sendRest);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warning("The last spans were not sent within " + PATIENCE_SECONDS + " s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendRest() {
        if (export != null) {
            export.close();
        }
    }
}
