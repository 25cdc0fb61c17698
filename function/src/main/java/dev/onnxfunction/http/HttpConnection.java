package dev.onnxfunction.http;

import static io.netty.handler.codec.http.HttpResponseStatus.INTERNAL_SERVER_ERROR;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_TIMEOUT;

import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.settings.Settings;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpUtil;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * One connection: answers its requests one after the other, in their order.
 *
 * <p>A small request is answered on the connection's own event loop: handing it over would cost
 * more than answering it. A large or slow one goes to a worker, so that it holds up nobody else.
 * All fields belong to the event loop.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(HttpConnection.class.getName());

    /** A body up to this size, in bytes, is parsed and predicted in well under 1 ms. */
    private static final int SMALL_BODY = 16 * 1024;

    private final Router router;
    private final Observer observer;
    private final Executor workers;
    private final long requestTimeout;
    private final long idleTimeout;
    private final Queue<Request> waiting = new ArrayDeque<>();

    /** Whether a request is being answered. */
    private boolean busy;

    /** Whether the next answer is to be the last. */
    private boolean stopping;

    /** Whether the last answer is written: nothing more is taken. */
    private boolean done;

    /** Whether the body of a refused request has come to its end. */
    private boolean dropped;

    /** Whether a whole request came with the bytes that are being read. */
    private boolean complete;

    /** When the first bytes of a request came that is not complete yet; 0 if there is none. */
    private long partialSince;

    private long idleSince;

    HttpConnection(Router router, Observer observer, Executor workers, Settings.Server settings) {
        this.router = router;
        this.observer = observer;
        this.workers = workers;
        this.requestTimeout = settings.requestTimeout().toNanos();
        this.idleTimeout = settings.idleTimeout().toNanos();
    }

    /** Closes the connection as soon as the request in flight, if there is one, is answered. */
    void closeWhenIdle(ChannelHandlerContext context) {
        stopping = true;
        if (!busy && !done && partialSince == 0) {
            context.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        idleSince = System.nanoTime();
        watch(context, shorterTimeout());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Request request = (Request) message;
        complete = true;
        partialSince = 0;
        if (done) {
            request.close();
        } else if (busy) {
            waiting.add(request);
        } else {
            answer(context, request);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!complete && partialSince == 0) {
            partialSince = System.nanoTime();
        }
        complete = false;
        context.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == BodyCollector.BodyEnd.DROPPED) {
            dropped = true;
            if (done) {
                closeAfterWrites(context);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.forEach(Request::close);
        waiting.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(Level.WARNING, "A connection failed and is closed.", cause);
        }
        context.close();
    }

    private void answer(ChannelHandlerContext context, Request request) {
        busy = true;
        Endpoint endpoint = router.find(request);
        boolean slow = endpoint != null && endpoint.slow();
        if (!slow && request.body().readableBytes() <= SMALL_BODY) {
            write(context, request, endpoint, answerTo(request, endpoint));
            return;
        }
        context.channel().config().setAutoRead(false);
        workers.execute(() -> work(context, request, endpoint));
    }

    private void work(ChannelHandlerContext context, Request request, @Nullable Endpoint endpoint) {
        try {
            Answer answer = answerTo(request, endpoint);
            context.executor().execute(() -> writeLater(context, request, endpoint, answer));
        } catch (Error e) {
            context.close();
            throw e;
        }
    }

    private Answer answerTo(Request request, @Nullable Endpoint endpoint) {
        try {
            return router.answer(request, endpoint);
        } catch (RuntimeException e) {
            tellDefect(request, e);
            return Problem.of(
                    INTERNAL_SERVER_ERROR,
                    "Internal error",
                    "The request met a defect of this function, which is in its log. Report it.");
        }
    }

    private static void tellDefect(Request request, RuntimeException defect) {
        LogRecord told = new LogRecord(Level.SEVERE, "A request met a defect.");
        told.setThrown(defect);
        told.setParameters(new Object[] {request.trace()});
        LOG.log(told);
    }

    private void writeLater(
            ChannelHandlerContext context,
            Request request,
            @Nullable Endpoint endpoint,
            Answer answer) {
        write(context, request, endpoint, answer);
        while (!busy && !done && !waiting.isEmpty()) {
            answer(context, waiting.remove());
        }
        if (!busy) {
            context.channel().config().setAutoRead(true);
        }
        context.flush();
    }

    private void write(
            ChannelHandlerContext context,
            Request request,
            @Nullable Endpoint endpoint,
            Answer answer) {
        long now = System.nanoTime();
        observer.answered(request.answered(endpoint, answer, now));
        boolean keepAlive =
                !stopping
                        && request.refusal() == null
                        && HttpUtil.isKeepAlive(request.head())
                        && request.head().decoderResult().isSuccess();
        context.write(Responses.of(answer, request.head(), keepAlive));
        busy = false;
        done = !keepAlive;
        idleSince = now;
        boolean stillArriving = request.refusal() != null && !dropped;
        if (done && !stillArriving) {
            closeAfterWrites(context);
        }
        request.close();
    }

    private void watch(ChannelHandlerContext context, long nanos) {
        context.executor().schedule(() -> checkTime(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void checkTime(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            return;
        }
        long left = timeLeft(System.nanoTime());
        if (left > 0) {
            watch(context, Math.min(left, shorterTimeout()));
        } else if (partialSince != 0) {
            giveUp(context);
        } else {
            context.close();
        }
    }

    /** Until what is awaited is too late. */
    private long timeLeft(long now) {
        if (partialSince != 0) {
            return partialSince + requestTimeout - now;
        }
        return busy ? requestTimeout : idleSince + idleTimeout - now;
    }

    /** After so long, whatever has begun to be awaited since has some time left, or just none. */
    private long shorterTimeout() {
        return Math.min(requestTimeout, idleTimeout);
    }

    private void giveUp(ChannelHandlerContext context) {
        if (busy || done) {
            context.close();
        } else {
            Answer answer = tooSlow();
            observer.answered(Request.incomplete(answer, System.nanoTime() - partialSince));
            context.writeAndFlush(Responses.last(answer)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static void closeAfterWrites(ChannelHandlerContext context) {
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private Answer tooSlow() {
        return Problem.of(
                REQUEST_TIMEOUT,
                "Request timeout",
                "The request did not arrive within %d s. Send it faster."
                        .formatted(TimeUnit.NANOSECONDS.toSeconds(requestTimeout)));
    }
}
