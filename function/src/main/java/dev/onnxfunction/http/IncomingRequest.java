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
 * A request to answer. Close it afterwards.
 *
 * @param head head of the request
 * @param route its route
 * @param body empty if the request is refused
 * @param refusal error response, if it is refused
 * @param whole whether it has arrived completely; if not, the connection answers nothing more
 * @param compressed whether the body is in gzip
 * @param arrived when its last byte arrived, by {@link System#nanoTime}
 * @param call request as its endpoint gets it
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

    /** Replaces values that cannot be read. */
    private static final String UNKNOWN = "?";

    /** The target that Netty uses, with GET, if it cannot read the request line. */
    private static final String MADE_UP = "/bad-request";

    static final AsciiString TRACEPARENT = AsciiString.cached("traceparent");

    /** A request with its body. */
    static IncomingRequest with(HttpRequest head, Route route, ByteBuf body) {
        return of(head, route, body, null, true);
    }

    /**
     * A refused request; its body is dropped.
     *
     * @param whole whether it has arrived completely
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
     * Returns a copy with the inflated body.
     *
     * @param memory memory for the inflated body
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

    /** Returns the bytes of a body, usually without a copy. */
    private static byte[] bytes(ByteBuf body) {
        boolean shared = body.hasArray() && body.arrayOffset() == 0 && body.readerIndex() == 0;
        return shared ? body.array() : ByteBufUtil.getBytes(body);
    }

    /**
     * Returns the event for observers, after the response.
     *
     * @param now current {@link System#nanoTime}
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

    /** Returns the event for observers of a request that was answered before it had arrived. */
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

    /** The lane that answers the request; the event loop for an error. */
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
