package dev.onnxfunction.http;

import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

/**
 * A request that is to be answered. Close it once it is.
 *
 * @param head what comes before the body
 * @param route where it goes, by its head
 * @param body empty where it is refused
 * @param refusal the answer, if it is refused
 * @param whole whether it has come to its end; if not, nothing more of its connection is answered
 * @param arrived when its last byte did, as {@link System#nanoTime} tells
 * @param trace that it belongs to
 * @param task what it wants of the model
 */
record Request(
        HttpRequest head,
        Route route,
        ByteBuf body,
        @Nullable Answer refusal,
        boolean whole,
        long arrived,
        TraceContext trace,
        Task task)
        implements AutoCloseable {

    /** In the place of what cannot be read. */
    private static final String UNKNOWN = "?";

    /** What Netty makes up, with GET, where a request line cannot be read. */
    private static final String MADE_UP = "/bad-request";

    private static final AsciiString TRACEPARENT = AsciiString.cached("traceparent");

    /** A request with its body. */
    static Request with(HttpRequest head, Route route, ByteBuf body) {
        return of(head, route, body, null, true);
    }

    /**
     * A request that is refused, and its body dropped.
     *
     * @param whole whether its end has come
     */
    static Request refused(HttpRequest head, Route route, Answer refusal, boolean whole) {
        return of(head, route, Unpooled.EMPTY_BUFFER, refusal, whole);
    }

    private static Request of(
            HttpRequest head, Route route, ByteBuf body, @Nullable Answer refusal, boolean whole) {
        long now = System.nanoTime();
        Endpoint endpoint = route.endpoint();
        return new Request(
                head,
                route,
                body,
                refusal,
                whole,
                now,
                TraceContext.continuing(head.headers().get(TRACEPARENT)),
                endpoint == null ? Task.unlimited() : Task.until(now + endpoint.timeout()));
    }

    /**
     * What is to be told of it, once it is answered.
     *
     * @param now as {@link System#nanoTime} tells
     */
    Exchange answered(Answer answer, long now) {
        boolean unread = head.decoderResult().isFailure() && route.path().equals(MADE_UP);
        Endpoint endpoint = route.endpoint();
        return new Exchange(
                unread ? UNKNOWN : head.method().name(),
                unread ? UNKNOWN : route.path(),
                endpoint == null ? Exchange.OTHER : endpoint.path(),
                answer.status().code(),
                answer.outcome(),
                now - arrived,
                body.readableBytes(),
                answer.body().readableBytes(),
                trace,
                route.rollout());
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
                TraceContext.continuing(null),
                false);
    }

    /** Where it is answered; a refusal on the event loop. */
    Lane lane() {
        Endpoint endpoint = route.endpoint();
        if (refusal != null || endpoint == null) {
            return Lane.LOOP;
        }
        Lane lane = endpoint.lane().apply(this);
        return lane == Lane.LOOP && body.readableBytes() > BodyCollector.SMALL
                ? Lane.PREDICTIONS
                : lane;
    }

    @Override
    public void close() {
        body.release();
    }
}
