package dev.onnxfunction.http;

import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.Response;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;

import java.util.Date;
import java.util.List;
import java.util.Map;

/** Creates HTTP messages from responses. Only the version of a request affects its response. */
final class Responses {

    /** The Date header field of a second, which thousands of responses share. */
    private record Second(long epochSecond, AsciiString date) {}

    private static final AsciiString JSON = AsciiString.cached(MediaTypes.JSON);

    private static final HttpRequest NO_REQUEST =
            new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "");

    private static volatile Second now = new Second(0, AsciiString.EMPTY_STRING);

    private Responses() {}

    /** The response to a request. */
    static HttpResponse whole(Response answer, HttpRequest request, boolean keepAlive) {
        return withHeaders(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status(answer), body(answer)),
                answer,
                request,
                keepAlive);
    }

    /** The response to a HEAD: that of a GET without the body. */
    static HttpResponse withoutBody(Response answer, HttpRequest request, boolean keepAlive) {
        return withHeaders(
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status(answer), Unpooled.EMPTY_BUFFER),
                answer,
                request,
                keepAlive);
    }

    /** The head of a response whose body is written afterwards. */
    static HttpResponse head(Response answer, HttpRequest request, boolean keepAlive) {
        return withHeaders(
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(answer)),
                answer,
                request,
                keepAlive);
    }

    /** The head of a response whose body has an unknown length and is written afterwards. */
    static HttpResponse stream(String contentType, HttpRequest request, boolean keepAlive) {
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        headers.set(HttpHeaderNames.DATE, date());
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return response;
    }

    /** The response to an incomplete request, after which the connection is closed. */
    static HttpResponse last(Response answer) {
        return whole(answer, NO_REQUEST, false);
    }

    /** The body of a response, without a copy. */
    static ByteBuf body(Response answer) {
        return Unpooled.wrappedBuffer(answer.body(), 0, answer.length());
    }

    private static HttpResponseStatus status(Response answer) {
        return HttpResponseStatus.valueOf(answer.status());
    }

    /** Most responses have the same type, which is encoded only once. */
    private static CharSequence type(Response answer) {
        String type = answer.contentType();
        return type.equals(MediaTypes.JSON) ? JSON : type;
    }

    private static HttpResponse withHeaders(
            HttpResponse response, Response answer, HttpRequest request, boolean keepAlive) {
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, type(answer));
        headers.setInt(HttpHeaderNames.CONTENT_LENGTH, answer.length());
        headers.set(HttpHeaderNames.DATE, date());
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        for (Map.Entry<String, List<String>> field : answer.headers().entrySet()) {
            headers.set(field.getKey(), field.getValue());
        }
        return response;
    }

    /** The value of the Date header field; the same object within a second. */
    @SuppressWarnings("JavaUtilDate") // Netty's formatter accepts no other type.
    static AsciiString date() {
        long millis = System.currentTimeMillis();
        Second current = now;
        if (current.epochSecond() != millis / 1000) {
            String date = DateFormatter.format(new Date(millis));
            current = new Second(millis / 1000, new AsciiString(date));
            now = current;
        }
        return current.date();
    }
}
