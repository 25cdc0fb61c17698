package dev.onnxfunction.contract;

import dev.onnxfunction.fault.Fault;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * An error, written as a problem document (RFC 9457) unless a protocol has its own form.
 *
 * @param status HTTP status code
 * @param title kind of problem; constant for each kind
 * @param detail what happened, and what to do
 * @param faults faults of the rows; null if it does not concern rows
 */
public record Problem(int status, String title, String detail, @Nullable Faults faults) {

    /** A tag URI (RFC 4151): names a kind of problem and does not resolve. */
    private static final String TYPE = "tag:onnxfunction.dev,2026:problem/";

    /** The kind of problem in metrics and logs, such as {@code invalid-features}. */
    public String kind() {
        return title.toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    /** The whole problem as one text, for protocols whose errors have only a message. */
    public String text() {
        StringBuilder text = new StringBuilder(title).append(": ").append(detail);
        if (faults != null) {
            faults.listed().forEach(fault -> text.append(' ').append(fault).append(';'));
            text.setCharAt(text.length() - 1, '.');
        }
        return text.toString();
    }

    /** The problem document, in JSON. */
    JsonWriter document() {
        JsonWriter json = new JsonWriter(256).append("{\"type\":").appendString(TYPE + kind());
        json.append(",\"title\":").appendString(title);
        json.append(",\"status\":").append(status);
        json.append(",\"detail\":").appendString(detail);
        if (faults != null) {
            append(faults, json);
        }
        return json.append('}');
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
