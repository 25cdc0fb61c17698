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
 * <p>Netty's {@code FlowControlHandler} would hold back decoded requests: 2 MB for 64 KiB of short
 * ones. This decoder holds back bytes. While paused, it continues to read until there are some, to
 * detect that the client has closed or reset the connection.
 */
final class RequestDecoder extends HttpRequestDecoder {

    static final int MAX_REQUEST_LINE = 4096;
    static final int MAX_HEADERS = 16 * 1024;

    /**
     * Maximum bytes of a body that are passed on at a time, which is what Netty reads at a time.
     */
    private static final int MAX_PIECE = 64 * 1024;

    /** Bytes after which it stops reading while paused. */
    private static final int MAX_HELD_BACK = 8 * 1024;

    /** Heads up to this many bytes are not counted once they are decoded. */
    private static final int HANDY_HEAD = 4096;

    private final Fields fields;
    private final Fields trailers;

    private boolean paused;
    private boolean discarding;

    /** Whether bytes of the current call of {@link #channelRead} are still being decoded. */
    private boolean decoding;

    /** Whether a request is incomplete. */
    private boolean begun;

    /** Memory of the latest complete request's head, in bytes. */
    private int headBytes;

    /** Received bytes of lines of a head, a chunk or a trailer since the last message. */
    private int lineBytes;

    /** Maximum of these bytes so far: Netty keeps a buffer of up to that size for lines. */
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

    /** Resumes with the bytes that were held back. */
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

    /** Drops everything that arrives from now on. */
    void discard(ChannelHandlerContext context) {
        discarding = true;
        context.channel().config().setAutoRead(true);
    }

    /** Whether the client has started a request without finishing it. */
    boolean isAwaiting() {
        return !paused && !discarding && (begun || actualReadableBytes() > 0);
    }

    /** Approximate memory of the current request's head in bytes. */
    int headBytes() {
        return begun ? fields.bytes() + trailers.bytes() : headBytes;
    }

    /** Bytes of memory that are held until more bytes arrive or decoding resumes. */
    int heldBytes() {
        int bytes = longestLines > HANDY_HEAD ? longestLines : 0;
        if (begun) {
            // Netty turns a line into a field only after it has seen the next line.
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

    /** Netty's own method would continue to read while nothing is decoded. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (paused || discarding) {
            context.fireChannelReadComplete();
        } else {
            super.channelReadComplete(context);
        }
    }

    /** Netty's own method would drop the held bytes and report half a request as a failure. */
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

    /** Netty's own method would use one of them; a proxy may use the other. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
    }

    /** The client has gone, so an incomplete request no longer matters. */
    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {}

    /** Creates header fields, and stores those of the current request. */
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

        /** Forgets the fields after their request; returns their memory in bytes. */
        int forget() {
            int bytes = bytes();
            current = null;
            return bytes;
        }
    }
}
