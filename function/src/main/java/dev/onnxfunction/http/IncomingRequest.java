package dev.onnxfunction.http;

import dev.onnxfunction.contract.ContentCodings;
import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.InflatedBody;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Route;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
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
 * @param compressed whether the body is in gzip
 * @param arrived when its last byte did, as {@link System#nanoTime} tells
 * @param call what its endpoint gets
 */
record IncomingRequest(
        HttpRequest head,
        Route route,
        ByteBuf body,
        @Nullable Response refusal,
        boolean whole,
        boolean compressed,
        long arrived,
        Request call)
        implements AutoCloseable {

    /** In the place of what cannot be read. */
    private static final String UNKNOWN = "?";

    /** What Netty makes up, with GET, where a request line cannot be read. */
    private static final String MADE_UP = "/bad-request";

    static final AsciiString TRACEPARENT = AsciiString.cached("traceparent");

    /** A request with its body. */
    static IncomingRequest with(HttpRequest head, Route route, ByteBuf body) {
        return of(head, route, body, null, true);
    }

    /**
     * A request that is refused, and its body dropped.
     *
     * @param whole whether its end has come
     */
    static IncomingRequest refused(HttpRequest head, Route route, Response refusal, boolean whole) {
        return of(head, route, Unpooled.EMPTY_BUFFER, refusal, whole);
    }

    private static IncomingRequest of(
            HttpRequest head,
            Route route,
            ByteBuf body,
            @Nullable Response refusal,
            boolean whole) {
        long now = System.nanoTime();
        Endpoint endpoint = route.endpoint();
        return new IncomingRequest(
                head,
                route,
                body,
                refusal,
                whole,
                body.isReadable()
                        && ContentCodings.isGzip(
                                head.headers().get(HttpHeaderNames.CONTENT_ENCODING)),
                now,
                new Request(
                        bytes(body),
                        body.readableBytes(),
                        TraceContext.continuing(head.headers().get(TRACEPARENT)),
                        endpoint == null ? Task.unlimited() : Task.until(now + endpoint.timeout()),
                        route.rollout(),
                        new NettyHead(head)));
    }

    /**
     * The same with the body that a compressed one inflates to.
     *
     * @param memory for that body
     */
    IncomingRequest inflated(int maxBody, Memory.Share memory) {
        InflatedBody inflated = InflatedBody.of(call.body(), call.length(), maxBody, memory::hold);
        return new IncomingRequest(
                head,
                route,
                body,
                inflated.refusal(),
                whole,
                false,
                arrived,
                call.with(inflated.bytes(), inflated.length()));
    }

    /** The bytes of a body, in most cases without copying them. */
    private static byte[] bytes(ByteBuf body) {
        boolean shared = body.hasArray() && body.arrayOffset() == 0 && body.readerIndex() == 0;
        return shared ? body.array() : ByteBufUtil.getBytes(body);
    }

    /**
     * What is to be told of it, once it is answered.
     *
     * @param now as {@link System#nanoTime} tells
     */
    Exchange answered(Response answer, long now) {
        boolean unread = head.decoderResult().isFailure() && route.path().equals(MADE_UP);
        Endpoint endpoint = route.endpoint();
        return new Exchange(
                unread ? UNKNOWN : head.method().name(),
                unread ? UNKNOWN : route.path(),
                endpoint == null ? Exchange.OTHER : endpoint.path(),
                answer.status(),
                answer.outcome(),
                now - arrived,
                body.readableBytes(),
                answer.length(),
                call.trace(),
                route.rollout(),
                endpoint != null && endpoint.health());
    }

    /** What is to be told of a request that is answered before it has come. */
    static Exchange incomplete(Response answer, long nanos) {
        return new Exchange(
                UNKNOWN,
                UNKNOWN,
                Exchange.OTHER,
                answer.status(),
                answer.outcome(),
                nanos,
                0,
                answer.length(),
                TraceContext.continuing(null),
                false,
                false);
    }

    /** Where it is answered; a refusal on the event loop. */
    Lane lane() {
        Endpoint endpoint = route.endpoint();
        if (refusal != null || endpoint == null) {
            return Lane.LOOP;
        }
        Lane lane = endpoint.lane().apply(call);
        return lane == Lane.LOOP && (compressed || body.readableBytes() > BodyCollector.SMALL)
                ? Lane.PREDICTIONS
                : lane;
    }

    @Override
    public void close() {
        body.release();
    }
}
