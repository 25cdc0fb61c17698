package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Route;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.contract.RowStreaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

import org.jspecify.annotations.Nullable;

/**
 * Collects the body of each request of a connection, up to a limit, and passes on an {@link
 * IncomingRequest}.
 *
 * <p>If possible, a request is refused by its head, and its body is discarded. The error is sent
 * after the request has ended, because a proxy that is answered sooner may cut the connection. It
 * is sent at once if the body is too large, or if the client expects 100-continue.
 *
 * <p>Netty's {@code HttpObjectAggregator} supports neither a memory limit for all connections
 * together nor a refusal by the head.
 */
final class BodyCollector extends ChannelInboundHandlerAdapter {

    /**
     * Bodies up to this size, in bytes, that arrive at once are not counted, because they are not
     * stored.
     */
    static final int SMALL = 16 * 1024;

    private final int maxBody;
    private final Router router;
    private final Memory.Share memory;

    /** The request whose body is arriving; null once it is passed on. */
    private @Nullable HttpRequest head;

    private @Nullable Route route;

    /** The received part of the body. */
    private ByteBuf body = Unpooled.EMPTY_BUFFER;

    /** Received bytes of the body, kept or not. */
    private long come;

    /** Whether the body is passed on piece by piece. */
    private boolean streaming;

    /**
     * @param maxBody maximum bytes of a body
     * @param memory for the bodies and large responses of the connection
     */
    BodyCollector(int maxBody, Router router, Memory.Share memory) {
        this.maxBody = maxBody;
        this.router = router;
        this.memory = memory;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest begun) {
            begin(context, begun);
        }
        if (message instanceof HttpContent content) {
            if (streaming) {
                streaming = !(content instanceof LastHttpContent);
                context.fireChannelRead(content);
                return;
            }
            try {
                HttpRequest current = head;
                Route way = route;
                if (current != null && way != null) {
                    goOn(context, current, way, content);
                }
            } finally {
                content.release();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        forget();
        context.fireChannelInactive();
    }

    private void begin(ChannelHandlerContext context, HttpRequest begun) {
        head = begun;
        Route way = MessageRules.route(begun, router);
        route = way;
        Response refusal = way.refusal();
        boolean expectant = HttpUtil.is100ContinueExpected(begun);
        if (refusal != null && (way.malformed() || expectant)) {
            refuse(context, begun, way, refusal, false);
        } else if (refusal == null
                && way.endpoint() != null
                && way.endpoint().answer() instanceof RowStreaming rows) {
            forget();
            streaming = true;
            goOnIf(expectant, context);
            context.fireChannelRead(new StreamedRequest(begun, way, rows));
        } else if (!way.malformed() && HttpUtil.getContentLength(begun, 0L) > maxBody) {
            refuse(
                    context,
                    begun,
                    way,
                    refusal != null ? refusal : Response.bodyTooLarge(maxBody),
                    false);
        } else {
            goOnIf(expectant, context);
        }
    }

    private static void goOnIf(boolean expectant, ChannelHandlerContext context) {
        if (expectant) {
            context.writeAndFlush(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.CONTINUE,
                            Unpooled.EMPTY_BUFFER));
        }
    }

    private void goOn(
            ChannelHandlerContext context, HttpRequest current, Route way, HttpContent content) {
        ByteBuf piece = content.content();
        Response refusal = way.refusal();
        boolean last = content instanceof LastHttpContent;
        come += piece.readableBytes();
        if (content.decoderResult().isFailure()) {
            Response undecodable = MessageRules.undecodable(content.decoderResult().cause());
            refuse(context, current, way, undecodable, false);
        } else if (come > maxBody) {
            refuse(
                    context,
                    current,
                    way,
                    refusal != null ? refusal : Response.bodyTooLarge(maxBody),
                    last);
        } else if (refusal != null) {
            if (last) {
                refuse(context, current, way, refusal, true);
            }
        } else if (!add(piece, current, last)) {
            refuse(context, current, way, Response.busy(), last);
        } else if (last) {
            IncomingRequest request = IncomingRequest.with(current, way, body);
            body = Unpooled.EMPTY_BUFFER;
            forget();
            context.fireChannelRead(request);
        }
    }

    /**
     * Adds a piece to the body.
     *
     * @return whether there is memory for it
     */
    private boolean add(ByteBuf piece, HttpRequest current, boolean last) {
        int bytes = piece.readableBytes();
        if (bytes > body.writableBytes()) {
            boolean only = last && !body.isReadable();
            int room = only ? bytes : room(body.readableBytes() + bytes, current);
            if ((!only || bytes > SMALL) && !memory.hold(room)) {
                return false;
            }
            ByteBuf larger = Unpooled.buffer(room).writeBytes(body);
            body.release();
            body = larger;
        }
        body.writeBytes(piece);
        return true;
    }

    /**
     * Returns the buffer size for this number of received bytes: the announced length, to avoid
     * copying, but at most four times what has arrived.
     */
    private int room(int come, HttpRequest current) {
        long announced = HttpUtil.getContentLength(current, 2L * come);
        return Math.clamp(Math.min(announced, 4L * come), come, maxBody);
    }

    private void refuse(
            ChannelHandlerContext context,
            HttpRequest refused,
            Route way,
            Response refusal,
            boolean whole) {
        forget();
        memory.release();
        context.fireChannelRead(IncomingRequest.refused(refused, way, refusal, whole));
    }

    /** Returns a problem in the form of the unfinished request's protocol. */
    Response present(Response problem) {
        Route way = route;
        return way == null ? problem : way.present(problem);
    }

    private void forget() {
        head = null;
        route = null;
        come = 0;
        body.release();
        body = Unpooled.EMPTY_BUFFER;
    }
}
