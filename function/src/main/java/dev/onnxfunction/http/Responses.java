package dev.onnxfunction.http;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
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

    private static volatile Second now = new Second(0, AsciiString.EMPTY_STRING);

    private Responses() {}

    /** The response to a request. */
    static FullHttpResponse of(Answer answer, HttpRequest request, boolean keepAlive) {
        FullHttpResponse response = response(answer);
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return response;
    }

    /** A response after which the connection is closed. */
    static FullHttpResponse last(Answer answer) {
        FullHttpResponse response = response(answer);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }

    private static FullHttpResponse response(Answer answer) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), answer.body());
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        headers.setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().readableBytes());
        headers.set(HttpHeaderNames.DATE, date());
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
