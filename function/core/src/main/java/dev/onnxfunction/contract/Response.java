package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;

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
 * @param headers further header fields: name in lower case to values, each on a line of its own
 */
@SuppressWarnings("ArrayRecordComponent") // Responses are not compared.
public record Response(
        int status,
        String contentType,
        byte[] body,
        int length,
        String outcome,
        Map<String, List<String>> headers) {

    static Response ok(String contentType, byte[] body, int length) {
        return new Response(200, contentType, body, length, Exchange.OK, Map.of());
    }

    /** The text of a writer that writes no more, without copying it. */
    static Response ok(String contentType, JsonWriter body) {
        return ok(contentType, body.bytes(), body.length());
    }

    static Response ok(String contentType, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return ok(contentType, bytes, bytes.length);
    }

    Response with(int otherStatus, String otherOutcome) {
        return new Response(otherStatus, contentType, body, length, otherOutcome, headers);
    }

    Response with(String header, String... values) {
        Map<String, List<String>> all = new HashMap<>(headers);
        all.put(header, List.of(values));
        return new Response(status, contentType, body, length, outcome, all);
    }
}
