package dev.onnxfunction.http;

import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

/**
 * A request that has come with its whole body, or whose body is refused. Close it to give its
 * memory back.
 *
 * @param head what comes before the body; its decoder result tells whether it is HTTP
 * @param path that it asks for, without the query
 * @param body empty where it is refused
 * @param refusal the answer, if the body is refused
 * @param memory that the body is counted in
 * @param counted bytes that are held for it
 * @param arrived when its last byte did, as {@link System#nanoTime} tells
 * @param trace that it belongs to
 */
record Request(
        HttpRequest head,
        String path,
        ByteBuf body,
        @Nullable Answer refusal,
        BodyMemory memory,
        int counted,
        long arrived,
        TraceContext trace)
        implements AutoCloseable {

    /** In the place of what cannot be read. */
    private static final String UNKNOWN = "?";

    /** What Netty makes up, with GET, where a request line cannot be read. */
    private static final String MADE_UP = "/bad-request";

    private static final AsciiString TRACEPARENT = AsciiString.cached("traceparent");

    /** A request with its body. */
    static Request with(HttpRequest head, ByteBuf body, BodyMemory memory, int counted) {
        return of(head, body, null, memory, counted);
    }

    /** A request without a body, or refused for it. */
    static Request without(HttpRequest head, @Nullable Answer refusal, BodyMemory memory) {
        return of(head, Unpooled.EMPTY_BUFFER, refusal, memory, 0);
    }

    private static Request of(
            HttpRequest head,
            ByteBuf body,
            @Nullable Answer refusal,
            BodyMemory memory,
            int counted) {
        return new Request(
                head,
                path(head.uri()),
                body,
                refusal,
                memory,
                counted,
                System.nanoTime(),
                TraceContext.continuing(head.headers().get(TRACEPARENT)));
    }

    /**
     * What is to be told of it, once it is answered.
     *
     * @param endpoint at its path; null if there is none
     * @param now as {@link System#nanoTime} tells
     */
    Exchange answered(@Nullable Endpoint endpoint, Answer answer, long now) {
        boolean unread = head.decoderResult().isFailure() && path.equals(MADE_UP);
        return new Exchange(
                unread ? UNKNOWN : head.method().name(),
                unread ? UNKNOWN : path,
                endpoint == null ? Exchange.OTHER : endpoint.path(),
                answer.status().code(),
                answer.outcome(),
                now - arrived,
                counted,
                answer.body().readableBytes(),
                trace);
    }

    /** What is to be told of a request that is answered before it has come. */
    static Exchange incomplete(Answer answer, long nanos) {
        return new Exchange(
                UNKNOWN,
                UNKNOWN,
                Exchange.OTHER,
                answer.status().code(),
                answer.outcome(),
                nanos,
                0,
                answer.body().readableBytes(),
                TraceContext.continuing(null));
    }

    @Override
    public void close() {
        body.release();
        memory.giveBack(counted);
    }

    /** The path of a request target in origin form or absolute form, without the query. */
    private static String path(String target) {
        int start = 0;
        int scheme = target.indexOf("://");
        if (scheme > 0 && !target.startsWith("/")) {
            start = target.indexOf('/', scheme + 3);
        }
        if (start < 0) {
            return "/";
        }
        int query = target.indexOf('?', start);
        return target.substring(start, query < 0 ? target.length() : query);
    }
}
