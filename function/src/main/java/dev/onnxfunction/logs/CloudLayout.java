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
 * For Google Cloud Logging: each line is a JSON object, whose members have the names that <a
 * href="https://cloud.google.com/logging/docs/structured-logging">its agents know</a>.
 */
final class CloudLayout implements Layout {

    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final byte[] SEVERITY = ascii("{\"severity\":\"");
    private static final byte[] TIME = ascii("\",\"time\":\"");
    private static final byte[] MESSAGE = ascii("\",\"message\":");
    private static final byte[] REQUEST = ascii(",\"httpRequest\":{\"requestMethod\":");
    private static final byte[] URL = ascii(",\"requestUrl\":");
    private static final byte[] STATUS = ascii(",\"status\":");
    private static final byte[] REQUEST_SIZE = ascii(",\"requestSize\":\"");
    private static final byte[] RESPONSE_SIZE = ascii("\",\"responseSize\":\"");
    private static final byte[] LATENCY = ascii("\",\"latency\":\"");
    private static final byte[] OUTCOME = ascii("s\"},\"outcome\":\"");
    private static final byte[] TRACE = ascii(",\"logging.googleapis.com/trace\":\"");
    private static final byte[] SPAN = ascii("\",\"logging.googleapis.com/spanId\":\"");
    private static final byte[] SAMPLED = ascii("\",\"logging.googleapis.com/trace_sampled\":true");
    private static final byte[] LABELS = ascii(",\"logging.googleapis.com/labels\":{\"revision\":");
    private static final byte[] END = ascii("}\n");

    private final byte[] tracePrefix;
    private final boolean spans;
    private final byte[] labels;

    /**
     * @param project of Google Cloud that traces belong to; null where it is not known
     * @param spans whether the spans of requests can be found where traces are
     * @param revision of Knative; null where there is none
     */
    CloudLayout(@Nullable String project, boolean spans, @Nullable String revision) {
        this.tracePrefix = ascii(project == null ? "" : "projects/" + project + "/traces/");
        this.spans = spans;
        this.labels = labels(revision);
    }

    @Override
    public JsonWriter line(Exchange exchange, long millis) {
        JsonWriter json = new JsonWriter(512);
        begin(Messages.level(exchange), millis, json);
        json.appendString(Messages.of(exchange));
        json.append(REQUEST).appendString(Messages.printable(exchange.method()));
        json.append(URL).appendString(Messages.printable(exchange.path()));
        json.append(STATUS).append(exchange.status());
        json.append(REQUEST_SIZE).append(exchange.requestBytes());
        json.append(RESPONSE_SIZE).append(exchange.responseBytes());
        json.append(LATENCY).appendAscii(seconds(exchange.nanos()));
        json.append(OUTCOME).appendAscii(exchange.outcome()).append('"');
        append(exchange.trace(), json);
        return end(json);
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
        return end(json);
    }

    /** A line whose message is the name of a member that holds more. */
    JsonWriter line(String member, JsonWriter value, TraceContext trace, long millis) {
        JsonWriter json = new JsonWriter(value.length() + 256);
        begin(Level.INFO, millis, json);
        json.appendString(member).append(',').appendString(member).append(':').append(value);
        append(trace, json);
        return end(json);
    }

    private static void begin(Level level, long millis, JsonWriter json) {
        json.append(SEVERITY).appendAscii(severity(level));
        json.append(TIME).appendAscii(UtcTime.of(millis)).append(MESSAGE);
    }

    private void append(TraceContext trace, JsonWriter json) {
        json.append(TRACE).append(tracePrefix).appendAscii(trace.traceId());
        if (spans) {
            json.append(SPAN).appendAscii(trace.spanId());
        }
        if (trace.sampled()) {
            json.append(SAMPLED);
        } else {
            json.append('"');
        }
    }

    private JsonWriter end(JsonWriter json) {
        return json.append(labels).append(END);
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

    /** Such as {@code 0.000312}: in this form, a duration is read. */
    private static String seconds(long nanos) {
        String fraction = Long.toString(NANOS_PER_SECOND + nanos % NANOS_PER_SECOND).substring(1);
        return nanos / NANOS_PER_SECOND + "." + fraction;
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
