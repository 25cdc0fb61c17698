package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.predict.Fault;
import dev.onnxfunction.predict.Faults;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;

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

    private static final int BUSY = 503;

    /** In seconds. */
    private static final Map<String, List<String>> RETRY = Map.of("retry-after", List.of("1"));

    /** The response to a body with more than this number of bytes. */
    public static Response bodyTooLarge(int maxBody) {
        return of(
                413,
                "Body too large",
                "The body has more than " + maxBody + " bytes. Send its rows in several requests.");
    }

    /** The response if there is no memory for a request. */
    public static Response busy() {
        return of(
                BUSY,
                "Busy",
                "All memory for requests and answers is in use. Send it again in a second.");
    }

    /** The response to a request that met a defect; the caller has logged the defect. */
    public static Response internalError() {
        return of(
                500,
                "Internal error",
                "The request met a defect of this function, which is in its log. Report it.");
    }

    /**
     * A problem without a list of faults.
     *
     * @param status HTTP status code
     * @param title kind of problem; constant for each kind
     * @param detail what happened, and what to do
     */
    public static Response of(int status, String title, String detail) {
        return of(status, title, detail, null);
    }

    /** A problem with a list of faults. */
    static Response of(int status, String title, String detail, @Nullable Faults faults) {
        return new Problem(status, title, detail, faults).response();
    }

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

    private Response response() {
        String kind = kind();
        JsonWriter json = new JsonWriter(256).append("{\"type\":").appendString(TYPE + kind);
        json.append(",\"title\":").appendString(title);
        json.append(",\"status\":").append(status);
        json.append(",\"detail\":").appendString(detail);
        if (faults != null) {
            append(faults, json);
        }
        json.append('}');
        return new Response(
                status,
                MediaTypes.PROBLEM,
                json.bytes(),
                json.length(),
                kind,
                this,
                status == BUSY ? RETRY : Map.of());
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
