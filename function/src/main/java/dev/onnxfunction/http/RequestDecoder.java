package dev.onnxfunction.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Netty's decoder of requests, which can be paused between two of them.
 *
 * <p>Netty's {@code FlowControlHandler} would hold back requests that are decoded already: of 64
 * KiB of short ones, 2 MB. What is held back here is bytes. While it is paused, it reads on until
 * there are some, so that a connection that is closed or reset by the client is noticed.
 */
final class RequestDecoder extends HttpRequestDecoder {

    static final int MAX_REQUEST_LINE = 4096;
    static final int MAX_HEADERS = 16 * 1024;

    /** Bytes of a body that are handed on at a time, at most; as many as Netty reads at a time. */
    private static final int MAX_PIECE = 64 * 1024;

    /** Bytes that are read while it is paused, before it reads no more. */
    private static final int MAX_HELD_BACK = 8 * 1024;

    /** A head of up to this many bytes is not counted once it is decoded. */
    private static final int HANDY_HEAD = 4096;

    private final Fields fields;
    private final Fields trailers;

    private boolean paused;
    private boolean discarding;

    /** Whether bytes of the current call of {@link #channelRead} are still being decoded. */
    private boolean decoding;

    /** Whether a request has begun that is not complete. */
    private boolean begun;

    /** Bytes that the head of the latest complete request took. */
    private int headBytes;

    /** Bytes of the lines of a head, a chunk or a trailer that have come since the last message. */
    private int lineBytes;

    /** The most of these so far: Netty keeps up to as much, to copy a line into. */
    private int longestLines;

    RequestDecoder() {
        this(
                new Fields(DefaultHttpHeadersFactory.headersFactory()),
                new Fields(DefaultHttpHeadersFactory.trailersFactory()));
    }

    private RequestDecoder(Fields fields, Fields trailers) {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_REQUEST_LINE)
                        .setMaxHeaderSize(MAX_HEADERS)
                        .setMaxChunkSize(MAX_PIECE)
                        .setHeadersFactory(fields)
                        .setTrailersFactory(trailers));
        this.fields = fields;
        this.trailers = trailers;
    }

    /** Decodes no further request until {@link #resume}. */
    void pause() {
        paused = true;
    }

    boolean isPaused() {
        return paused;
    }

    /** Goes on with what was held back. */
    void resume(ChannelHandlerContext context) throws Exception {
        if (!paused) {
            return;
        }
        paused = false;
        if (!decoding) {
            channelRead(context, Unpooled.EMPTY_BUFFER);
        }
        if (!paused) {
            context.channel().config().setAutoRead(true);
        }
    }

    /** Drops all that comes from now on. */
    void discard(ChannelHandlerContext context) {
        discarding = true;
        context.channel().config().setAutoRead(true);
    }

    /** Whether the client has begun a request and not finished it. */
    boolean isAwaiting() {
        return !paused && !discarding && (begun || actualReadableBytes() > 0);
    }

    /** Bytes of memory that the head of the current request takes, approximately. */
    int headBytes() {
        return begun ? fields.bytes() + trailers.bytes() : headBytes;
    }

    /** Bytes of memory that are held until more comes, or until it is resumed. */
    int heldBytes() {
        int bytes = longestLines > HANDY_HEAD ? longestLines : 0;
        if (begun) {
            // Netty makes a field of a line only once it has seen the next one.
            bytes += headBytes() + lineBytes;
        }
        return actualReadableBytes() > 0 ? bytes + internalBuffer().capacity() : bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        if (discarding) {
            ReferenceCountUtil.release(bytes);
            return;
        }
        decoding = true;
        try {
            super.channelRead(context, bytes);
        } finally {
            decoding = false;
        }
        if (paused && actualReadableBytes() >= MAX_HELD_BACK) {
            context.channel().config().setAutoRead(false);
        }
    }

    /** Netty's own would read on as long as nothing is decoded. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (paused || discarding) {
            context.fireChannelReadComplete();
        } else {
            super.channelReadComplete(context);
        }
    }

    /** Netty's own would drop what is held back, and make a failure of half a request. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            context.fireUserEventTriggered(event);
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        paused = true;
        super.channelInactive(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        if (discarding) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (paused) {
            return;
        }
        int before = in.readableBytes();
        super.decode(context, in, out);
        if (!out.isEmpty() && out.getLast() instanceof LastHttpContent) {
            begun = false;
            headBytes = fields.forget() + trailers.forget();
        } else if (in.readableBytes() < before) {
            begun = true;
        }
        countLines(before - in.readableBytes(), out);
    }

    private void countLines(int consumed, List<Object> out) {
        int content = 0;
        for (Object message : out) {
            if (message instanceof HttpContent piece) {
                content += piece.content().readableBytes();
            }
        }
        lineBytes += consumed - content;
        longestLines = Math.max(longestLines, lineBytes);
        if (!out.isEmpty()) {
            lineBytes = 0;
        }
    }

    /** Netty's own would believe one of them; another on the way may believe the other. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
    }

    /** The client has gone: nothing that it began matters any more. */
    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {}

    /** Makes header fields, and remembers those of the current request. */
    private static final class Fields implements HttpHeadersFactory {

        private final DefaultHttpHeadersFactory validators;
        private @Nullable LimitedHeaders current;

        Fields(DefaultHttpHeadersFactory validators) {
            this.validators = validators;
        }

        @Override
        public HttpHeaders newHeaders() {
            LimitedHeaders made = new LimitedHeaders(validators);
            current = made;
            return made;
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return newHeaders();
        }

        int bytes() {
            return current == null ? 0 : current.bytes();
        }

        /** Keeps them no longer than the request; the bytes that they took. */
        int forget() {
            int bytes = bytes();
            current = null;
            return bytes;
        }
    }
}
