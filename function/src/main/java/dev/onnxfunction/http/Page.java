package dev.onnxfunction.http;

import dev.onnxfunction.observe.Exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The page for people: files of the jar, each read when it is asked for. Nothing of it, nor this
 * class, is loaded before.
 */
final class Page {

    /** Nothing but what this function itself serves, and no script or style within the HTML. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors"
                    + " 'none'";

    /** It is asked for anew each time, as the next revision may have another page. */
    private static final Map<AsciiString, List<String>> HEADERS =
            Map.of(
                    HttpHeaderNames.CACHE_CONTROL,
                    List.of("no-cache"),
                    HttpHeaderNames.CONTENT_SECURITY_POLICY,
                    List.of(POLICY),
                    AsciiString.cached("referrer-policy"),
                    List.of("no-referrer"),
                    HttpHeaderNames.VARY,
                    List.of("Accept"),
                    AsciiString.cached("x-content-type-options"),
                    List.of("nosniff"));

    private Page() {}

    /** A file of the page. */
    static Answer file(String name, AsciiString type) {
        try (InputStream file = Page.class.getResourceAsStream(Endpoints.PAGE + name)) {
            if (file == null) {
                throw new IllegalStateException("The jar has no " + Endpoints.PAGE + name + ".");
            }
            ByteBuf body = Unpooled.wrappedBuffer(file.readAllBytes());
            return new Answer(HttpResponseStatus.OK, type, body, Exchange.OK, HEADERS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
