package dev.onnxfunction.http;

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

/** Makes HTTP messages of answers. Nothing of a request but its version gets into a response. */
final class Responses {

    /** The Date header field of a second, which thousands of responses share. */
    private record Second(long epochSecond, AsciiString date) {}

    private static final String RETRY_AFTER_SECONDS = "1";

    private static final HttpRequest NO_REQUEST =
            new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "");

    private static volatile Second now = new Second(0, AsciiString.EMPTY_STRING);

    private Responses() {}

    /** The response to a request. */
    static HttpResponse whole(Answer answer, HttpRequest request, boolean keepAlive) {
        return withHeaders(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), answer.body()),
                answer,
                request,
                keepAlive);
    }

    /** The response to a HEAD: as to a GET, without the body. */
    static HttpResponse withoutBody(Answer answer, HttpRequest request, boolean keepAlive) {
        return withHeaders(
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, answer.status(), Unpooled.EMPTY_BUFFER),
                answer,
                request,
                keepAlive);
    }

    /** What comes before the body, which is written afterwards. */
    static HttpResponse head(Answer answer, HttpRequest request, boolean keepAlive) {
        return withHeaders(
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, answer.status()),
                answer,
                request,
                keepAlive);
    }

    /** The response to half a request, after which the connection is closed. */
    static HttpResponse last(Answer answer) {
        return whole(answer, NO_REQUEST, false);
    }

    private static HttpResponse withHeaders(
            HttpResponse response, Answer answer, HttpRequest request, boolean keepAlive) {
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        headers.setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().readableBytes());
        headers.set(HttpHeaderNames.DATE, date());
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        if (answer.status().equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
            headers.set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        for (Map.Entry<AsciiString, List<String>> field : answer.headers().entrySet()) {
            headers.set(field.getKey(), field.getValue());
        }
        return response;
    }

    @SuppressWarnings("JavaUtilDate") // The formatter of Netty takes no other.
    private static AsciiString date() {
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
