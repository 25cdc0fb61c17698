package dev.onnxfunction.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpContentException;

import java.util.List;

/**
 * Collects the body of each request, up to a limit.
 *
 * <p>A request beyond it goes on at once, marked as failed and without its body. What the client
 * still sends is read and dropped, as a connection that is closed under a sending client loses the
 * answer; its end is told by {@link BodyEnd}.
 */
final class BodyCollector extends HttpObjectAggregator {

    /** The event that the dropped body of a refused request has ended. */
    enum BodyEnd {
        DROPPED
    }

    private final int maxBody;
    private boolean refused;

    /**
     * @param maxBody bytes of a body that are taken
     */
    BodyCollector(int maxBody) {
        super(maxBody);
        this.maxBody = maxBody;
    }

    @Override
    protected void decode(ChannelHandlerContext context, HttpObject message, List<Object> out)
            throws Exception {
        if (!refused) {
            super.decode(context, message, out);
        }
        if (refused && message instanceof LastHttpContent) {
            context.fireUserEventTriggered(BodyEnd.DROPPED);
        }
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        refused = true;
        context.fireChannelRead(failed((HttpRequest) oversized));
    }

    @Override
    protected Object newContinueResponse(
            HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
        boolean tooLarge =
                HttpUtil.is100ContinueExpected(start)
                        && HttpUtil.getContentLength(start, -1L) > maxContentLength;
        return tooLarge
                ? Responses.last(Router.tooLarge(maxBody))
                : super.newContinueResponse(start, maxContentLength, pipeline);
    }

    @Override
    protected boolean closeAfterContinueResponse(Object response) {
        return ignoreContentAfterContinueResponse(response);
    }

    private static FullHttpRequest failed(HttpRequest request) {
        FullHttpRequest failed =
                new DefaultFullHttpRequest(
                        request.protocolVersion(),
                        request.method(),
                        request.uri(),
                        Unpooled.EMPTY_BUFFER,
                        request.headers(),
                        EmptyHttpHeaders.INSTANCE);
        failed.setDecoderResult(DecoderResult.failure(new TooLongHttpContentException()));
        return failed;
    }
}
