package dev.onnxfunction.http;

import dev.onnxfunction.contract.CompressedResponse;
import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFailures;
import dev.onnxfunction.contract.RowStream;
import dev.onnxfunction.model.EndedException;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One connection: answers its requests in order, one at a time.
 *
 * <p>The event loop answers quick requests itself, because handing them over would cost more than
 * answering them. Others go to threads of their {@link Lane}. While a request is being answered, or
 * the client does not read, no further request is decoded.
 *
 * <p>Netty's own handlers do not suffice: {@code HttpServerKeepAliveHandler} closes as soon as the
 * last response is written, even if the client is still sending, and does not know that the process
 * is stopping. {@code ReadTimeoutHandler} and {@code IdleStateHandler} restart with each byte, so a
 * slow request would never end.
 *
 * <p>Only the event loop uses the fields.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {

    /** A request that another thread answers. */
    private record Job(IncomingRequest request, Lane lane, Runnable work) {}

    /** Maximum silence of the client after the last response, before the connection is closed. */
    private static final long LINGER = TimeUnit.SECONDS.toNanos(1);

    private final RequestDecoder decoder;
    private final BodyCollector collector;
    private final Shared shared;
    private final Memory.Share bodyMemory;
    private final Memory.Share memory;
    private final AnswerWriter writer;

    /** Whether another thread is answering a request. */
    private boolean busy;

    /** The work of the other thread. */
    private @Nullable Job job;

    /** The stream that is being answered; the connection is then also busy. */
    private @Nullable StreamExchange stream;

    /** Whether the next response is the last. */
    private boolean stopping;

    /** Whether the last response is written, or begun, so that no more requests are taken. */
    private boolean last;

    /** Whether the last response is sent and the connection only waits for the client's end. */
    private boolean lingering;

    /** Whether the client has stopped sending. */
    private boolean inputClosed;

    /** When the first bytes of an incomplete request arrived; 0 if there is none. */
    private long partialSince;

    /** When something was last sent or received. */
    private long activeAt;

    /** Unsent bytes at the last check. */
    private long unsent;

    /** When the timeouts are checked next. */
    private @Nullable Future<?> watch;

    /**
     * @param collector collector that knows the route of a request whose body is arriving
     * @param bodies memory for the bodies and large responses of the connection
     * @param stopping whether its first response is the last
     */
    HttpConnection(
            Shared shared,
            RequestDecoder decoder,
            BodyCollector collector,
            Memory.Share bodies,
            boolean stopping) {
        this.decoder = decoder;
        this.collector = collector;
        this.shared = shared;
        this.bodyMemory = bodies;
        this.memory = shared.others().share();
        this.writer = new AnswerWriter(bodies);
        this.stopping = stopping;
    }

    /** Makes the next response the last. */
    void stop() {
        stopping = true;
    }

    /** Ends an open stream. */
    void cutStream() {
        if (stream != null) {
            stream.cut(StreamExchange.stopping());
        }
    }

    /** Closes the connection, unless a request is being received or answered. */
    void closeIfIdle(ChannelHandlerContext context) {
        stopping = true;
        if (!busy && !last && !decoder.isAwaiting()) {
            last = true;
            if (writer.isReady(context)) {
                finish(context);
            }
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        activeAt = System.nanoTime();
        watch(context, shorterTimeout());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        partialSince = 0;
        // Not a switch over types: the class cache cannot store it, so each start would compile it.
        if (message instanceof IncomingRequest request) {
            if (last) {
                request.close();
            } else {
                answer(context, request);
            }
        } else if (message instanceof StreamedRequest request) {
            if (!last) {
                begin(context, request);
            }
        } else if (message instanceof HttpContent content) {
            receive(content);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (lingering) {
            activeAt = System.nanoTime();
            return;
        }
        context.flush();
        settle(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        if (context.channel().isWritable() && !lingering) {
            writer.proceed(context);
            if (stream != null) {
                stream.proceed();
            }
            goOn(context);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputClosed = true;
            if (job != null && job.lane() == Lane.EXPLANATIONS) {
                cancel(context, job);
            }
            cutTruncated();
            if (lingering) {
                context.close();
            } else {
                settle(context);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        last = true;
        forgetWatch();
        memory.release();
        if (job != null) {
            cancel(context, job);
        }
        if (stream != null) {
            stream.close();
        } else if (!busy) {
            writer.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
        if (!(cause instanceof IOException)) {
            shared.defects().log("A connection failed and is closed.", cause, null);
        }
    }

    private void begin(ChannelHandlerContext context, StreamedRequest request) {
        if (!bodyMemory.hold(RowStream.USUAL_MEMORY)) {
            refuse(context, request, Response.busy(), false);
            return;
        }
        busy = true;
        activeAt = System.nanoTime();
        stream =
                new StreamExchange(
                        context, shared, request, new Streaming(context, request), bodyMemory);
    }

    private void refuse(
            ChannelHandlerContext context,
            StreamedRequest request,
            Response problem,
            boolean whole) {
        write(
                context,
                IncomingRequest.refused(request.head(), request.route(), problem, whole),
                problem);
    }

    private void receive(HttpContent content) {
        activeAt = System.nanoTime();
        try {
            if (stream != null && content.decoderResult().isFailure()) {
                stream.cut(MessageRules.undecodable(content.decoderResult().cause()));
            } else if (stream != null) {
                stream.receive(content.content(), content instanceof LastHttpContent);
            }
        } finally {
            content.release();
        }
    }

    /** The client has stopped sending, and everything it sent is decoded. */
    private void cutTruncated() {
        if (stream != null && inputClosed && !decoder.isPaused() && !stream.isComplete()) {
            stream.cut(
                    Response.error(
                            400,
                            "Bad request",
                            "The body ended before its end had come. Send all of it."));
        }
    }

    /** The actions that a stream requests of the connection. */
    private final class Streaming implements StreamExchange.Connection {

        private final ChannelHandlerContext context;
        private final StreamedRequest request;

        Streaming(ChannelHandlerContext context, StreamedRequest request) {
            this.context = context;
            this.request = request;
        }

        @Override
        public boolean isKeptAlive() {
            return !stopping
                    && HttpUtil.isKeepAlive(request.head())
                    && request.head().protocolVersion().minorVersion() > 0;
        }

        @Override
        public void read(boolean more) {
            if (!more) {
                decoder.pause();
                return;
            }
            try {
                decoder.resume(context.pipeline().context(decoder));
                cutTruncated();
            } catch (Exception e) {
                exceptionCaught(context, e);
            }
        }

        @Override
        public void ended(boolean whole) {
            over();
            last = !whole || !isKeptAlive();
            try {
                goOn(context);
            } catch (Exception e) {
                exceptionCaught(context, e);
            }
        }

        @Override
        public void refuse(Response problem) {
            boolean whole = stream != null && stream.isComplete();
            over();
            HttpConnection.this.refuse(context, request, problem, whole);
            context.flush();
        }

        private void over() {
            stream = null;
            busy = false;
            activeAt = System.nanoTime();
        }
    }

    private void answer(ChannelHandlerContext context, IncomingRequest request) {
        Lane lane = request.lane();
        if (lane == Lane.LOOP) {
            write(context, request, answerTo(request));
        } else if (!bodyMemory.hold(request.body().capacity() + decoder.headBytes())) {
            write(context, request, Response.busy());
        } else {
            Job next = new Job(request, lane, () -> work(context, request));
            if (shared.lanes().execute(lane, next.work())) {
                busy = true;
                job = next;
                decoder.pause();
            } else {
                write(context, request, waiting("Too many requests wait for their turn already."));
            }
        }
    }

    /** Cancels the work of another thread, because nobody waits for its response. */
    private void cancel(ChannelHandlerContext context, Job job) {
        job.request().call().task().end(EndedException.Reason.CANCELLED);
        if (shared.lanes().withdraw(job.lane(), job.work())) {
            writeLater(context, job.request(), RowFailures.ended(EndedException.Reason.CANCELLED));
        }
    }

    private void work(ChannelHandlerContext context, IncomingRequest request) {
        boolean late = request.call().task().isLate(System.nanoTime());
        Response answer =
                late ? waiting("Its turn did not come in time.") : answerOnWorker(request);
        context.executor().execute(() -> writeLater(context, request, answer));
    }

    private static Response waiting(String reason) {
        return Response.error(503, "Busy", reason + " Send it again later.");
    }

    private Response answerTo(IncomingRequest request) {
        Response refusal = request.refusal();
        Endpoint endpoint = request.route().endpoint();
        if (refusal != null || endpoint == null) {
            return refusal == null ? shared.defects().answer() : refusal;
        }
        try {
            return endpoint.answer().apply(request.call());
        } catch (Throwable e) {
            shared.defects().log("A request met a defect.", e, request.call().trace());
            return shared.defects().answer();
        }
    }

    /** Answers a request that takes too long for an event loop on another thread. */
    private Response answerOnWorker(IncomingRequest request) {
        Memory.Share inflated = shared.bodies().share();
        try {
            Response answer =
                    request.compressed()
                            ? answerTo(request.inflated(shared.maxBody(), inflated))
                            : answerTo(request);
            return CompressedResponse.of(
                    request.route().present(answer),
                    request.head().headers().getAll(HttpHeaderNames.ACCEPT_ENCODING));
        } finally {
            inflated.release();
        }
    }

    private void writeLater(
            ChannelHandlerContext context, IncomingRequest request, Response answer) {
        busy = false;
        job = null;
        write(context, request, answer);
        context.flush();
        try {
            goOn(context);
        } catch (Exception e) {
            exceptionCaught(context, e);
        }
    }

    private void write(ChannelHandlerContext context, IncomingRequest request, Response made) {
        Response answer = request.route().present(made);
        if (!writer.hold(answer)) {
            answer = request.route().present(Response.busy());
            writer.hold(answer);
        }
        activeAt = System.nanoTime();
        shared.observer().answered(request.answered(answer, activeAt));
        boolean keepAlive = !stopping && request.whole() && HttpUtil.isKeepAlive(request.head());
        last = !keepAlive;
        request.close();
        if (!context.channel().isActive()) {
            writer.close();
            return;
        }
        writer.write(context, answer, request.head(), keepAlive);
        if (!writer.isReady(context)) {
            context.flush();
        }
        if (!writer.isReady(context)) {
            decoder.pause();
        } else if (last) {
            finish(context);
        }
    }

    /** Takes the next request if possible; called after something was answered or sent. */
    private void goOn(ChannelHandlerContext context) throws Exception {
        if (busy || !writer.isReady(context) || lingering) {
            return;
        }
        if (last) {
            finish(context);
        } else {
            decoder.resume(context.pipeline().context(decoder));
            context.flush();
        }
        settle(context);
    }

    /** Decides what to wait for, because nothing more can be done before another event. */
    private void settle(ChannelHandlerContext context) {
        if (!decoder.isAwaiting() || stream != null) {
            partialSince = 0;
        } else if (partialSince == 0) {
            partialSince = System.nanoTime();
        }
        if (inputClosed && !busy && !last && writer.isReady(context)) {
            finish(context);
        }
        long held = decoder.heldBytes();
        if (!writer.isUnderWay()) {
            held += AnswerWriter.waitingBytes(context);
        }
        if (!memory.hold((int) held)) {
            relieve(context);
        }
    }

    /** Handles the lack of memory for what the connection holds. */
    private void relieve(ChannelHandlerContext context) {
        if (stream != null) {
            stream.cut(Response.busy());
            decoder.discard(context);
        } else if (busy || writer.isUnderWay()) {
            stopping = true;
            last = !busy;
            decoder.discard(context);
        } else if (decoder.isAwaiting() && writer.unsentBytes(context) == 0) {
            giveUp(context, Response.busy());
        } else {
            context.close();
        }
    }

    private void giveUp(ChannelHandlerContext context, Response problem) {
        Response answer = collector.present(problem);
        shared.observer()
                .answered(IncomingRequest.incomplete(answer, System.nanoTime() - partialSince));
        context.write(Responses.last(answer));
        finish(context);
    }

    /** Ends the connection once everything is sent. */
    private void finish(ChannelHandlerContext context) {
        last = true;
        context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener((ChannelFutureListener) sent -> linger(context, sent));
    }

    /**
     * Shuts down the output and waits for the client's end. If the connection were closed while the
     * client is still sending, the client might lose the response.
     */
    private void linger(ChannelHandlerContext context, ChannelFuture sent) {
        if (inputClosed || !sent.isSuccess()) {
            context.close();
        } else if (!lingering) {
            lingering = true;
            activeAt = System.nanoTime();
            partialSince = activeAt;
            decoder.discard(context);
            ((SocketChannel) context.channel()).shutdownOutput();
            memory.release();
            watch(context, LINGER);
        }
    }

    private void watch(ChannelHandlerContext context, long nanos) {
        forgetWatch();
        watch = context.executor().schedule(() -> checkTime(context), nanos, TimeUnit.NANOSECONDS);
    }

    /** Otherwise the timer would keep a closed connection in memory until its next check. */
    private void forgetWatch() {
        if (watch != null) {
            watch.cancel(false);
            watch = null;
        }
    }

    private void checkTime(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            return;
        }
        long now = System.nanoTime();
        noteProgress(context, now);
        long left = timeLeft(now);
        if (left > 0) {
            watch(context, Math.min(left, shorterTimeout()));
        } else if (stream != null && unsent == 0) {
            stream.cut(silent());
            watch(context, LINGER);
        } else if (partialSince != 0 && !last && unsent == 0) {
            giveUp(context, tooSlow());
        } else {
            context.close();
        }
    }

    private void noteProgress(ChannelHandlerContext context, long now) {
        long left = writer.unsentBytes(context);
        if (left != unsent) {
            unsent = left;
            activeAt = now;
        }
    }

    /** Nanoseconds until the current wait times out. */
    private long timeLeft(long now) {
        if (lingering) {
            return Math.min(activeAt + LINGER, partialSince + shared.requestTimeout()) - now;
        }
        if (unsent == 0 && partialSince != 0) {
            return partialSince + shared.requestTimeout() - now;
        }
        boolean working = stream == null ? busy : stream.isWorking();
        return working ? shared.requestTimeout() : activeAt + shared.idleTimeout() - now;
    }

    /**
     * Interval of the checks: the shortest timeout, so that no later wait can expire before the
     * next check.
     */
    private long shorterTimeout() {
        return Math.min(shared.requestTimeout(), shared.idleTimeout());
    }

    private Response silent() {
        return Response.error(
                408,
                "Request timeout",
                "Nothing came for %d s. Send the rows that are left in another request."
                        .formatted(TimeUnit.NANOSECONDS.toSeconds(shared.idleTimeout())));
    }

    private Response tooSlow() {
        return Response.error(
                408,
                "Request timeout",
                "The request did not arrive within %d s. Send it faster."
                        .formatted(TimeUnit.NANOSECONDS.toSeconds(shared.requestTimeout())));
    }
}
