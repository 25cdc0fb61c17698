package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;

import org.jspecify.annotations.Nullable;

/**
 * Writes the responses of one connection in order. Large responses are written in pieces as the
 * client reads them, because Netty would copy a whole response into native memory at once.
 *
 * <p>Netty's {@code ChunkedWriteHandler} also does that, but queues small messages too and does not
 * report its progress. Only the event loop calls the methods.
 */
final class AnswerWriter {

    /** Responses up to this size, in bytes, are written as a whole. */
    static final int WHOLE = 64 * 1024;

    private static final int PIECE = 32 * 1024;

    /** Maximum bytes of pieces in native memory: Netty's high-water mark and one piece. */
    private static final int WAITING = WHOLE + PIECE;

    private final Memory.Share memory;

    /** The rest of a large response that is not yet handed to Netty. */
    private @Nullable ByteBuf rest;

    /**
     * @param memory for the bodies and large responses of the connection
     */
    AnswerWriter(Memory.Share memory) {
        this.memory = memory;
    }

    /**
     * Reserves memory for a response in place of that for its request; returns false if there is
     * none.
     */
    boolean hold(Response answer) {
        if (answer.length() <= WHOLE) {
            memory.release();
            return true;
        }
        return memory.hold(answer.body().length + WAITING);
    }

    /** Writes a response, or its first pieces. */
    void write(
            ChannelHandlerContext context,
            Response answer,
            HttpRequest request,
            boolean keepAlive) {
        if (request.method().equals(HttpMethod.HEAD)) {
            context.write(Responses.withoutBody(answer, request, keepAlive));
            memory.release();
        } else if (UsualResponse.fits(answer, request, keepAlive)) {
            // Bypasses the encoder, which is behind the first handler.
            context.pipeline().firstContext().write(UsualResponse.of(answer, context.alloc()));
        } else if (answer.length() <= WHOLE) {
            context.write(Responses.whole(answer, request, keepAlive));
        } else {
            context.write(Responses.head(answer, request, keepAlive));
            rest = Responses.body(answer);
            memory.awaitReader(context::close);
            proceed(context);
        }
    }

    /** Writes as much as the socket takes. */
    void proceed(ChannelHandlerContext context) {
        memory.progress();
        while (rest != null && context.channel().isWritable()) {
            writePiece(context, rest);
            if (rest == null || !context.channel().isWritable()) {
                context.flush();
            }
        }
    }

    /** Whether there is room for the next response. */
    boolean isReady(ChannelHandlerContext context) {
        return rest == null && context.channel().isWritable();
    }

    /** Whether the rest of a large response is still held. */
    boolean isUnderWay() {
        return rest != null;
    }

    /** Bytes that the socket has not taken yet. */
    long unsentBytes(ChannelHandlerContext context) {
        ByteBuf unsent = rest;
        return waitingBytes(context) + (unsent == null ? 0 : unsent.readableBytes());
    }

    /** Bytes in native memory that the socket has not taken yet. */
    static long waitingBytes(ChannelHandlerContext context) {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        return waiting == null || waiting.isEmpty()
                ? 0
                : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    /** Releases the memory. */
    void close() {
        if (rest != null) {
            rest.release();
            rest = null;
        }
        memory.release();
    }

    private void writePiece(ChannelHandlerContext context, ByteBuf unsent) {
        if (unsent.readableBytes() > PIECE) {
            context.write(new DefaultHttpContent(unsent.readRetainedSlice(PIECE)));
        } else {
            rest = null;
            context.write(new DefaultLastHttpContent(unsent)); // Releases it.
            memory.release();
        }
    }
}
