package dev.onnxfunction.http;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is answered to a request, before it becomes a message on a connection.
 *
 * @param status of the answer
 * @param contentType of the body
 * @param body to be written once
 * @param outcome {@link Exchange#OK}, or the kind of problem
 * @param headers further header fields: name to values, each on a line of its own
 */
record Answer(
        HttpResponseStatus status,
        AsciiString contentType,
        ByteBuf body,
        String outcome,
        Map<AsciiString, List<String>> headers) {

    static Answer ok(AsciiString contentType, ByteBuf body) {
        return new Answer(HttpResponseStatus.OK, contentType, body, Exchange.OK, Map.of());
    }

    static Answer ok(AsciiString contentType, JsonWriter body) {
        return ok(contentType, buffer(body));
    }

    static Answer ok(AsciiString contentType, String body) {
        return ok(contentType, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
    }

    /** The text of a writer that writes no more, without copying it. */
    static ByteBuf buffer(JsonWriter json) {
        return Unpooled.wrappedBuffer(json.bytes(), 0, json.length());
    }

    Answer with(HttpResponseStatus other, String otherOutcome) {
        return new Answer(other, contentType, body, otherOutcome, headers);
    }

    Answer with(AsciiString header, String... values) {
        Map<AsciiString, List<String>> all = new HashMap<>(headers);
        all.put(header, List.of(values));
        return new Answer(status, contentType, body, outcome, all);
    }
}
