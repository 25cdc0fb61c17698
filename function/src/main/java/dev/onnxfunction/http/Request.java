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
 * @param body empty where it is refused
 * @param refusal the answer, if the body is refused
 * @param memory that the body is counted in
 * @param counted bytes of the body that are
 * @param arrived when its last byte did, as {@link System#nanoTime} tells
 * @param trace that it belongs to
 */
record Request(
        HttpRequest head,
        ByteBuf body,
        @Nullable Answer refusal,
        BodyMemory memory,
        int counted,
        long arrived,
        TraceContext trace)
        implements AutoCloseable {

    private static final AsciiString TRACEPARENT = AsciiString.cached("traceparent");

    /** A request with its body. */
    static Request with(HttpRequest head, ByteBuf body, BodyMemory memory, int counted) {
        return new Request(head, body, null, memory, counted, System.nanoTime(), trace(head));
    }

    /** A request without a body, or refused for it. */
    static Request without(HttpRequest head, @Nullable Answer refusal, BodyMemory memory) {
        return new Request(
                head, Unpooled.EMPTY_BUFFER, refusal, memory, 0, System.nanoTime(), trace(head));
    }

    private static TraceContext trace(HttpRequest head) {
        return TraceContext.continuing(head.headers().get(TRACEPARENT));
    }

    /**
     * What is to be told of it, once it is answered.
     *
     * @param endpoint at its path; null if there is none
     * @param now as {@link System#nanoTime} tells
     */
    Exchange answered(@Nullable Endpoint endpoint, Answer answer, long now) {
        return new Exchange(
                head.method().name(),
                Router.path(head.uri()),
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
                "?",
                "?",
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
}
