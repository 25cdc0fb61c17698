package dev.onnxfunction.protocol.cloudevents;

import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.TraceContext;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Writes response events. Each has the id and the subject of the request's event and its own
 * source, so an event that is sent again gets a response with the same id.
 */
final class EventWriter {

    static final String EVENT = "application/cloudevents+json";
    static final String BATCH = "application/cloudevents-batch+json";

    private final String source;

    /**
     * @param source source of all responses, a URI reference
     */
    EventWriter(String source) {
        this.source = source;
    }

    /** In binary mode: the attributes are header fields. */
    Response binary(Event asked, TraceContext trace, JsonWriter data) {
        Response response =
                Response.ok(MediaTypes.JSON, data)
                        .with("ce-specversion", "1.0")
                        .with("ce-id", asked.id())
                        .with("ce-source", source)
                        .with("ce-type", Event.PREDICTION)
                        .with("ce-time", now());
        if (asked.subject() != null) {
            response = response.with("ce-subject", asked.subject());
        }
        String traceparent = traceparent(asked, trace);
        return traceparent == null ? response : response.with("ce-traceparent", traceparent);
    }

    /** In structured mode. */
    Response structured(Event asked, TraceContext trace, JsonWriter data) {
        JsonWriter json = new JsonWriter(data.length() + 256);
        write(asked, trace, data.bytes(), 0, data.length(), json);
        return Response.ok(EVENT, json);
    }

    /**
     * A batch.
     *
     * @param asked the request's events
     * @param rows number of rows of each; negative if its data was a single row
     * @param data the predictions for all rows, an array
     */
    Response batch(List<Event> asked, List<Integer> rows, TraceContext trace, JsonWriter data) {
        JsonWriter json = new JsonWriter(data.length() + 256 * asked.size()).append('[');
        JsonReader answers = new JsonReader(data.bytes(), data.length());
        answers.next();
        for (int i = 0; i < asked.size(); i++) {
            json.append(i == 0 ? "" : ",");
            JsonWriter own = new JsonWriter(256);
            boolean array = rows.get(i) >= 0;
            own.append(array ? "[" : "");
            for (int row = 0; row < Math.abs(rows.get(i)); row++) {
                answers.nextElement();
                int from = answers.position();
                answers.skip();
                own.append(row == 0 ? "" : ",");
                own.append(data.bytes(), from, answers.position() - from);
            }
            own.append(array ? "]" : "");
            write(asked.get(i), trace, own.bytes(), 0, own.length(), json);
        }
        return Response.ok(BATCH, json.append(']'));
    }

    private void write(
            Event asked, TraceContext trace, byte[] data, int from, int count, JsonWriter json) {
        json.append("{\"specversion\":\"1.0\",\"id\":").appendString(asked.id());
        json.append(",\"source\":").appendString(source);
        json.append(",\"type\":").appendString(Event.PREDICTION);
        if (asked.subject() != null) {
            json.append(",\"subject\":").appendString(asked.subject());
        }
        json.append(",\"time\":").appendString(now());
        String traceparent = traceparent(asked, trace);
        if (traceparent != null) {
            json.append(",\"traceparent\":").appendString(traceparent);
        }
        json.append(",\"datacontenttype\":\"application/json\",\"data\":");
        json.append(data, from, count).append('}');
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** This request's span if the caller has a trace; otherwise the event's. */
    private static @Nullable String traceparent(Event asked, TraceContext trace) {
        return trace.hasParent()
                ? "00-%s-%s-%s"
                        .formatted(trace.traceId(), trace.spanId(), trace.sampled() ? "01" : "00")
                : asked.traceparent();
    }
}
