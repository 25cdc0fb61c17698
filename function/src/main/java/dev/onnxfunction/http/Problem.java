package dev.onnxfunction.http;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.predict.Fault;
import dev.onnxfunction.predict.Faults;

import io.netty.handler.codec.http.HttpResponseStatus;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Map;

/** Writes problem documents (RFC 9457). */
final class Problem {

    /** A tag URI (RFC 4151): names a kind of problem, is not to be opened. */
    private static final String TYPE = "tag:onnxfunction.dev,2026:problem/";

    private Problem() {}

    /**
     * A problem without a list of faults.
     *
     * @param title the kind of problem, the same for all of its kind
     * @param detail what happened here and what to do
     */
    static Answer of(HttpResponseStatus status, String title, String detail) {
        return of(status, title, detail, null);
    }

    /** A problem whose faults are told one by one. */
    static Answer of(
            HttpResponseStatus status, String title, String detail, @Nullable Faults faults) {
        String kind = title.toLowerCase(Locale.ROOT).replace(' ', '-');
        JsonWriter json = new JsonWriter(256).append("{\"type\":").appendString(TYPE + kind);
        json.append(",\"title\":").appendString(title);
        json.append(",\"status\":").append(status.code());
        json.append(",\"detail\":").appendString(detail);
        if (faults != null) {
            append(faults, json);
        }
        json.append('}');
        return new Answer(status, MediaTypes.PROBLEM, Answer.buffer(json), kind, Map.of());
    }

    private static void append(Faults faults, JsonWriter json) {
        json.append(",\"errors\":[");
        String separator = "";
        for (Fault fault : faults.listed()) {
            json.append(separator).append("{\"row\":").append(fault.row());
            if (fault.feature() != null) {
                json.append(",\"feature\":").appendString(fault.feature());
            }
            json.append(",\"problem\":").appendString(fault.problem()).append('}');
            separator = ",";
        }
        json.append(']');
    }
}
