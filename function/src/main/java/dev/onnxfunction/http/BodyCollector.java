package dev.onnxfunction.http;

import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;

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
 * Collects the body of each request of a connection, up to a limit, and hands on a {@link Request}.
 *
 * <p>A request beyond the limit is handed on at once, refused and without its body. What the client
 * still sends is read and dropped, as a connection that is closed under a sending client loses the
 * answer; its end is told by {@link BodyEnd}.
 */
final class BodyCollector extends ChannelInboundHandlerAdapter {

    /** The event that the dropped body of a refused request has ended. */
    enum BodyEnd {
        DROPPED
    }

    private final int maxBody;
    private final BodyMemory memory;

    /** The request whose body is awaited; none while a refused body is dropped. */
    private @Nullable HttpRequest head;

    /** What has come of the body so far. */
    private ByteBuf body = Unpooled.EMPTY_BUFFER;

    /** Bytes of memory that are held for it. */
    private int counted;

    /**
     * @param maxBody bytes of a body that are taken
     * @param memory of the bodies of all connections
     */
    BodyCollector(int maxBody, BodyMemory memory) {
        this.maxBody = maxBody;
        this.memory = memory;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest begun) {
            begin(context, begun);
        }
        if (message instanceof HttpContent content) {
            try {
                goOn(context, content);
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
        if (begun.decoderResult().isFailure()) {
            context.fireChannelRead(Request.without(begun, null, memory));
            return;
        }
        head = begun;
        boolean expectant = HttpUtil.is100ContinueExpected(begun);
        if (HttpUtil.getContentLength(begun, 0L) > maxBody) {
            refuse(context, begun, tooLarge());
            if (expectant) {
                context.fireUserEventTriggered(BodyEnd.DROPPED);
            }
        } else if (expectant) {
            context.writeAndFlush(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.CONTINUE,
                            Unpooled.EMPTY_BUFFER));
        }
    }

    private void goOn(ChannelHandlerContext context, HttpContent content) {
        HttpRequest current = head;
        boolean last = content instanceof LastHttpContent;
        if (current == null) {
            if (last) {
                context.fireUserEventTriggered(BodyEnd.DROPPED);
            }
            return;
        }
        if (content.decoderResult().isFailure()) {
            current.setDecoderResult(content.decoderResult());
            forget();
            context.fireChannelRead(Request.without(current, null, memory));
            return;
        }
        ByteBuf piece = content.content();
        if (body.readableBytes() + piece.readableBytes() > maxBody) {
            refuse(context, current, tooLarge());
        } else if (!add(piece, current, last)) {
            refuse(context, current, busy());
        } else {
            if (last) {
                handOn(context, current);
            }
            return;
        }
        if (last) {
            context.fireUserEventTriggered(BodyEnd.DROPPED);
        }
    }

    /**
     * Adds a piece to the body: one that comes at once is kept as it is, others are copied
     * together.
     *
     * @return whether there is memory for it
     */
    private boolean add(ByteBuf piece, HttpRequest current, boolean last) {
        int bytes = piece.readableBytes();
        if (last && !body.isReadable()) {
            if (!hold(bytes)) {
                return false;
            }
            body = piece.retain();
            return true;
        }
        if (bytes > body.writableBytes()) {
            int room = room(body.readableBytes() + bytes, current);
            if (!hold(room - body.capacity())) {
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
     * The bytes to make room for when so many have come: all that are announced, as copying them
     * again takes time, but who announces much must send a quarter of it first.
     */
    private int room(int come, HttpRequest current) {
        long announced = HttpUtil.getContentLength(current, 2L * come);
        return Math.clamp(Math.min(announced, 4L * come), come, maxBody);
    }

    private boolean hold(int bytes) {
        boolean held = memory.take(bytes);
        counted += held ? bytes : 0;
        return held;
    }

    private void handOn(ChannelHandlerContext context, HttpRequest complete) {
        Request request = Request.with(complete, body, memory, counted);
        head = null;
        body = Unpooled.EMPTY_BUFFER;
        counted = 0;
        context.fireChannelRead(request);
    }

    private void refuse(ChannelHandlerContext context, HttpRequest refused, Answer refusal) {
        forget();
        context.fireChannelRead(Request.without(refused, refusal, memory));
    }

    private void forget() {
        head = null;
        body.release();
        body = Unpooled.EMPTY_BUFFER;
        memory.giveBack(counted);
        counted = 0;
    }

    private Answer tooLarge() {
        return Problem.of(
                REQUEST_ENTITY_TOO_LARGE,
                "Body too large",
                "The body has more than " + maxBody + " bytes. Send its rows in several requests.");
    }

    private static Answer busy() {
        return Problem.of(
                SERVICE_UNAVAILABLE,
                "Busy",
                "All memory for request bodies is in use. Send it again in a second.");
    }
}
