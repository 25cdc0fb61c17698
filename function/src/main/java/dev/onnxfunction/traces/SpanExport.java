package dev.onnxfunction.traces;

import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.trace.IdGenerator;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

/**
 * Creates spans of requests by OpenTelemetry's semantic conventions for HTTP servers, and exports
 * them. Settings that the SDK reads from the environment ({@code OTEL_SERVICE_NAME}, {@code
 * OTEL_TRACES_SAMPLER}, …) apply. Used by one thread.
 */
final class SpanExport implements AutoCloseable {

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final String model;

    /** The trace of the request whose span is being created. */
    private TraceContext current = TraceContext.continuing(null);

    SpanExport(URI endpoint, String model) {
        this.sdk =
                AutoConfiguredOpenTelemetrySdk.builder()
                        .addPropertiesSupplier(() -> Map.of("otel.service.name", "onnx-function"))
                        .addPropertiesCustomizer(_ -> properties(endpoint))
                        .addTracerProviderCustomizer(
                                (provider, _) -> provider.setIdGenerator(new CurrentIds()))
                        .disableShutdownHook()
                        .build()
                        .getOpenTelemetrySdk();
        this.tracer = sdk.getTracer("onnx-function");
        this.model = model;
    }

    private static Map<String, String> properties(URI endpoint) {
        return Map.of(
                "otel.exporter.otlp.endpoint", endpoint.toString(),
                "otel.exporter.otlp.protocol", "http/protobuf",
                "otel.traces.exporter", "otlp",
                "otel.metrics.exporter", "none",
                "otel.logs.exporter", "none");
    }

    /**
     * @param end time of the response
     */
    void send(Exchange exchange, Instant end) {
        current = exchange.trace();
        SpanBuilder span =
                tracer.spanBuilder(exchange.knownMethod() + " " + exchange.route())
                        .setSpanKind(SpanKind.SERVER)
                        .setParent(parent(current))
                        .setStartTimestamp(end.minusNanos(exchange.nanos()))
                        .setAttribute("http.request.method", exchange.knownMethod())
                        .setAttribute("http.route", exchange.route())
                        .setAttribute("http.response.status_code", exchange.status())
                        .setAttribute("http.request.body.size", exchange.requestBytes())
                        .setAttribute("http.response.body.size", exchange.responseBytes())
                        .setAttribute("onnx_function.model", model);
        if (exchange.rollout()) {
            span.setAttribute("onnx_function.rollout", true);
        }
        if (exchange.isFailure()) {
            span.setAttribute("error.type", exchange.outcome());
        }
        Span begun = span.startSpan();
        if (exchange.status() >= 500) {
            begun.setStatus(StatusCode.ERROR);
        }
        begun.end(end);
    }

    private static Context parent(TraceContext trace) {
        if (!trace.hasParent()) {
            return Context.root();
        }
        TraceFlags flags = trace.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault();
        return Context.root()
                .with(
                        Span.wrap(
                                SpanContext.createFromRemoteParent(
                                        trace.traceId(),
                                        trace.parentId(),
                                        flags,
                                        TraceState.getDefault())));
    }

    @Override
    public void close() {
        sdk.close();
    }

    /** Generates the IDs that are already in the log. */
    private final class CurrentIds implements IdGenerator {

        @Override
        public String generateSpanId() {
            return current.spanId();
        }

        @Override
        public String generateTraceId() {
            return current.traceId();
        }
    }
}
