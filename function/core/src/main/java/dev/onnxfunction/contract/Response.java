package dev.onnxfunction.contract;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A response, independent of the transport.
 *
 * @param status HTTP status code
 * @param contentType of the body
 * @param body bytes, starting at index 0; responses may share them, so they must not change; may be
 *     the memory of the request's body
 * @param length number of valid bytes in {@code body}
 * @param outcome {@link Exchange#OK}, or the kind of problem
 * @param problem problem that the body documents; null for a success, or if a protocol wrote the
 *     error
 * @param headers further header fields: name in lower case to values, one field line for each value
 */
@SuppressWarnings("ArrayRecordComponent") // Responses are not compared.
public record Response(
        int status,
        String contentType,
        byte[] body,
        int length,
        String outcome,
        @Nullable Problem problem,
        Map<String, List<String>> headers) {

    private static final int BUSY = 503;

    /** In seconds. */
    private static final Map<String, List<String>> RETRY = Map.of("retry-after", List.of("1"));

    /** A success. */
    public static Response ok(String contentType, byte[] body, int length) {
        return new Response(200, contentType, body, length, Exchange.OK, null, Map.of());
    }

    /** A success with a writer's text, which is not copied; the writer must not be used again. */
    public static Response ok(String contentType, JsonWriter body) {
        return ok(contentType, body.bytes(), body.length());
    }

    /** A success with a text. */
    public static Response ok(String contentType, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return ok(contentType, bytes, bytes.length);
    }

    /**
     * An error without a list of faults, as a problem document.
     *
     * @param status HTTP status code
     * @param title kind of problem; constant for each kind
     * @param detail what happened, and what to do
     */
    public static Response error(int status, String title, String detail) {
        return error(status, title, detail, null);
    }

    /** An error with a list of faults. */
    static Response error(int status, String title, String detail, @Nullable Faults faults) {
        Problem problem = new Problem(status, title, detail, faults);
        JsonWriter document = problem.document();
        return new Response(
                status,
                MediaTypes.PROBLEM,
                document.bytes(),
                document.length(),
                problem.kind(),
                problem,
                status == BUSY ? RETRY : Map.of());
    }

    /** The response to a body with more than this number of bytes. */
    public static Response bodyTooLarge(int maxBody) {
        return error(
                413,
                "Body too large",
                "The body has more than " + maxBody + " bytes. Send its rows in several requests.");
    }

    /** The response if there is no memory for a request. */
    public static Response busy() {
        return error(
                BUSY,
                "Busy",
                "All memory for requests and answers is in use. Send it again in a second.");
    }

    /** The response to a request that met a defect; the caller has logged the defect. */
    public static Response internalError() {
        return error(
                500,
                "Internal error",
                "This function has a defect, which its log describes. Report it.");
    }

    /** Returns a copy with another status. */
    public Response with(int otherStatus, String otherOutcome) {
        return new Response(otherStatus, contentType, body, length, otherOutcome, problem, headers);
    }

    /** Returns a copy with another body, which is not a problem document. */
    Response with(String otherType, JsonWriter other) {
        return new Response(
                status, otherType, other.bytes(), other.length(), outcome, null, headers);
    }

    /** Returns a copy with other bytes. */
    Response with(byte[] otherBody, int otherLength) {
        return new Response(status, contentType, otherBody, otherLength, outcome, null, headers);
    }

    /** Returns a copy with one more header field, its name in lower case. */
    public Response with(String header, String... values) {
        Map<String, List<String>> all = new HashMap<>(headers);
        all.put(header, List.of(values));
        return new Response(status, contentType, body, length, outcome, problem, all);
    }
}
