package dev.onnxfunction.http;

import dev.onnxfunction.predict.Fault;
import dev.onnxfunction.predict.Faults;

import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/** Writes problem documents (RFC 9457). */
final class Problem {

    private static final JsonFactory JSON = new JsonFactory();

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
        ByteBufOutputStream out = new ByteBufOutputStream(Unpooled.buffer(256));
        try (OutputStream closing = out;
                JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), closing)) {
            json.writeStartObject();
            json.writeStringProperty(
                    "type", TYPE + title.toLowerCase(Locale.ROOT).replace(' ', '-'));
            json.writeStringProperty("title", title);
            json.writeNumberProperty("status", status.code());
            json.writeStringProperty("detail", detail);
            if (faults != null) {
                write(faults, json);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(status, MediaTypes.PROBLEM, out.buffer(), null);
    }

    private static void write(Faults faults, JsonGenerator json) {
        json.writeArrayPropertyStart("errors");
        for (Fault fault : faults.listed()) {
            json.writeStartObject();
            json.writeNumberProperty("row", fault.row());
            if (fault.feature() != null) {
                json.writeStringProperty("feature", fault.feature());
            }
            json.writeStringProperty("problem", fault.problem());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
