package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is answered to a request, before it becomes a message on a connection.
 *
 * @param status HTTP's code
 * @param contentType of the body
 * @param body its bytes, from the first; others may share them, so nobody changes them
 * @param length bytes of the body that count
 * @param outcome {@link Exchange#OK}, or the kind of problem
 * @param problem that it documents; null if it is none, or as a protocol of its own writes it
 * @param headers further header fields: name in lower case to values, each on a line of its own
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

    /** What was asked for. */
    public static Response ok(String contentType, byte[] body, int length) {
        return new Response(200, contentType, body, length, Exchange.OK, null, Map.of());
    }

    /** The text of a writer that writes no more, without copying it. */
    public static Response ok(String contentType, JsonWriter body) {
        return ok(contentType, body.bytes(), body.length());
    }

    /** A text. */
    public static Response ok(String contentType, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return ok(contentType, bytes, bytes.length);
    }

    /** The same with another status. */
    public Response with(int otherStatus, String otherOutcome) {
        return new Response(otherStatus, contentType, body, length, otherOutcome, problem, headers);
    }

    /** The same with another body, which is no problem document. */
    Response with(String otherType, JsonWriter other) {
        return new Response(
                status, otherType, other.bytes(), other.length(), outcome, null, headers);
    }

    /** The same in other bytes. */
    Response with(byte[] otherBody, int otherLength) {
        return new Response(status, contentType, otherBody, otherLength, outcome, null, headers);
    }

    /** The same with one more header field, its name in lower case. */
    public Response with(String header, String... values) {
        Map<String, List<String>> all = new HashMap<>(headers);
        all.put(header, List.of(values));
        return new Response(status, contentType, body, length, outcome, problem, all);
    }
}
