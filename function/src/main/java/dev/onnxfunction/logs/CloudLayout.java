package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Layout for Google Cloud Logging: each line is a JSON object with the <a
 * href="https://docs.cloud.google.com/logging/docs/structured-logging">members that its agents
 * recognize</a>.
 */
final class CloudLayout implements Layout {

    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final byte[] SEVERITY = ascii("{\"severity\":\"");
    private static final byte[] TIME = ascii("\",\"time\":\"");
    private static final byte[] MESSAGE = ascii("\",\"message\":");
    private static final byte[] REQUEST = ascii("\",\"httpRequest\":{\"requestMethod\":\"");
    private static final byte[] URL = ascii("\",\"requestUrl\":\"");
    private static final byte[] STATUS = ascii("\",\"status\":");
    private static final byte[] REQUEST_SIZE = ascii(",\"requestSize\":\"");
    private static final byte[] RESPONSE_SIZE = ascii("\",\"responseSize\":\"");
    private static final byte[] LATENCY = ascii("\",\"latency\":\"");
    private static final byte[] OUTCOME = ascii("s\"},\"outcome\":\"");
    private static final byte[] ROLLOUT = ascii(",\"rollout\":true");
    private static final byte[] TRACE = ascii(",\"logging.googleapis.com/trace\":\"");
    private static final byte[] SPAN = ascii("\",\"logging.googleapis.com/spanId\":\"");
    private static final byte[] SAMPLED = ascii("\",\"logging.googleapis.com/trace_sampled\":true");
    private static final byte[] LABELS = ascii(",\"logging.googleapis.com/labels\":{\"revision\":");
    private static final byte[] END = ascii("}\n");

    private final byte[] tracePrefix;
    private final boolean spans;
    private final byte[] labels;

    /**
     * @param project Google Cloud project of the traces; null if unknown
     * @param spans whether spans are exported, so that Cloud Trace has them
     * @param revision Knative revision; null if there is none
     */
    CloudLayout(@Nullable String project, boolean spans, @Nullable String revision) {
        this.tracePrefix = ascii(project == null ? "" : "projects/" + project + "/traces/");
        this.spans = spans;
        this.labels = labels(revision);
    }

    @Override
    public void write(Exchange exchange, long millis, JsonWriter json) {
        begin(Messages.level(exchange), millis, json);
        json.append('"');
        Messages.write(exchange, json);
        json.append(REQUEST);
        Messages.writePrintable(exchange.method(), json);
        json.append(URL);
        Messages.writePrintable(exchange.path(), json);
        json.append(STATUS).append(exchange.status());
        json.append(REQUEST_SIZE).append(exchange.requestBytes());
        json.append(RESPONSE_SIZE).append(exchange.responseBytes());
        json.append(LATENCY).append(exchange.nanos() / NANOS_PER_SECOND);
        json.append('.').appendDigits(exchange.nanos(), 9);
        json.append(OUTCOME).appendAscii(exchange.outcome()).append('"');
        if (exchange.rollout()) {
            json.append(ROLLOUT);
        }
        append(exchange.trace(), json);
        json.append(labels).append(END);
    }

    @Override
    public JsonWriter line(LogRecord record) {
        JsonWriter json = new JsonWriter(512);
        begin(record.getLevel(), record.getMillis(), json);
        json.appendString(Messages.of(record));
        if (record.getThrown() != null) {
            String trace = Messages.stackTrace(record.getThrown());
            json.append(",\"stack_trace\":").appendString(trace);
        }
        TraceContext trace = traceOf(record);
        if (trace != null) {
            append(trace, json);
        }
        return json.append(labels).append(END);
    }

    /** A line whose message is the name of a member with further data. */
    JsonWriter line(String member, JsonWriter value, TraceContext trace, long millis) {
        JsonWriter json = new JsonWriter(value.length() + 256);
        begin(Level.INFO, millis, json);
        json.appendString(member).append(',').appendString(member).append(':').append(value);
        append(trace, json);
        return json.append(labels).append(END);
    }

    private static void begin(Level level, long millis, JsonWriter json) {
        json.append(SEVERITY).appendAscii(severity(level));
        json.append(TIME);
        UtcTime.write(millis, json);
        json.append(MESSAGE);
    }

    private void append(TraceContext trace, JsonWriter json) {
        json.append(TRACE).append(tracePrefix);
        json.appendHex(trace.traceHigh()).appendHex(trace.traceLow());
        if (spans) {
            json.append(SPAN).appendHex(trace.span());
        }
        if (trace.sampled()) {
            json.append(SAMPLED);
        } else {
            json.append('"');
        }
    }

    private static @Nullable TraceContext traceOf(LogRecord record) {
        Object[] values = record.getParameters();
        return values != null && values.length == 1 && values[0] instanceof TraceContext trace
                ? trace
                : null;
    }

    private static String severity(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARNING";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    private static byte[] labels(@Nullable String revision) {
        if (revision == null) {
            return new byte[0];
        }
        JsonWriter json = new JsonWriter(128).append(LABELS).appendString(revision).append('}');
        return Arrays.copyOf(json.bytes(), json.length());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
