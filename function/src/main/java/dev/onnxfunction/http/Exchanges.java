package dev.onnxfunction.http;

import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFailures;
import dev.onnxfunction.contract.RowStream;
import dev.onnxfunction.model.EndedException;

import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of one connection in order, one at a time.
 *
 * <p>Event loops answer quick requests themselves, because handing them over would cost more than
 * answering them; the connection moves to the loop that a request belongs to. Others go to threads
 * of their {@link Lane}, and streams of rows are answered while they arrive. While a request is
 * being answered, or the client does not read, no further request is decoded.
 *
 * <p>Only the event loop uses the fields.
 */
final class Exchanges implements RequestIntake.Handler, StreamExchange.Handler {

    private final Shared shared;
    private final Transport transport;
    private final Memory.Share memory;
    private final AnswerWriter writer;
    private final Closing closing;
    private final Timeouts timeouts;
    private final ConnectionControl connection;

    /** The request that another thread answers. */
    private @Nullable RequestJob job;

    /** The request that is answered once the connection has moved to another event loop. */
    private @Nullable IncomingRequest moving;

    /** The stream that is being answered; there is then no job. */
    private @Nullable StreamExchange stream;

    /** Whether new streams are refused. */
    private boolean streamsEnded;

    /**
     * @param memory for the bodies and large responses of the connection
     */
    Exchanges(
            Shared shared,
            Transport transport,
            Memory.Share memory,
            AnswerWriter writer,
            Closing closing,
            Timeouts timeouts,
            ConnectionControl connection) {
        this.shared = shared;
        this.transport = transport;
        this.memory = memory;
        this.writer = writer;
        this.closing = closing;
        this.timeouts = timeouts;
        this.connection = connection;
    }

    /** Whether a request is being answered. */
    boolean isBusy() {
        return job != null || moving != null || stream != null;
    }

    boolean isStreaming() {
        return stream != null;
    }

    /** Whether a response is being computed; otherwise the client has something to do. */
    boolean isWorking() {
        return stream == null ? isBusy() : stream.isWorking();
    }

    /** Continues a stream after the client has read something. */
    void proceed() {
        if (stream != null) {
            stream.proceed();
        }
    }

    /** Ends a stream, if there is one, once the received rows are answered. */
    void cut(Response reason) {
        if (stream != null) {
            stream.cut(reason);
        }
    }

    /** Ends a stream, if there is one, and refuses further ones. */
    void endStreams() {
        streamsEnded = true;
        cut(Refusals.streamStopping());
    }

    /** Everything that the client sent is decoded, and it sends no more. */
    void truncated(Response reason) {
        if (stream != null && !stream.isComplete()) {
            stream.cut(reason);
        }
    }

    /** Computes nothing more for a client that has stopped sending, if that takes long. */
    void cancelSlow() {
        if (job != null && job.lane() == Lane.EXPLANATIONS) {
            cancel(job);
        }
    }

    /** The client has gone. */
    void close() {
        if (job != null) {
            cancel(job);
        }
        if (moving != null) {
            answered(moving, RowFailures.ended(EndedException.Reason.CANCELLED));
        }
        if (stream != null) {
            stream.close();
        }
        releaseIfIdle();
    }

    /** Releases the memory, unless a response is being computed from it. */
    void releaseIfIdle() {
        if (!isBusy()) {
            writer.close();
        }
    }

    @Override
    public void answer(IncomingRequest request) {
        timeouts.partial(false);
        if (closing.isLast()) {
            return;
        }
        Lane lane = request.lane();
        if (lane != Lane.LOOP
                && !memory.hold(request.call().body().length + connection.headMemory())) {
            write(request, Response.busy());
            return;
        }
        EventLoop loop = connection.loopOf(lane);
        if (loop == null) {
            start(request, lane);
        } else if (loop.isCurrent()) {
            Response written = write(request, response(request, lane));
            if (lane != Lane.LOOP) {
                writer.recycle(request.call().body(), written);
            }
        } else {
            moving = request;
            connection.pause();
            connection.move(loop, () -> moved(request, lane));
        }
    }

    @Override
    public void begin(StreamedRequest request) {
        timeouts.partial(false);
        if (closing.isLast()) {
            return;
        }
        if (streamsEnded) {
            refuse(request, Refusals.streamStopping(), false);
        } else if (!memory.hold(RowStream.USUAL_MEMORY)) {
            refuse(request, Response.busy(), false);
        } else {
            open(request);
        }
    }

    @Override
    public void receive(byte[] bytes, int from, int to, boolean last) {
        timeouts.active();
        timeouts.partial(false);
        if (stream != null) {
            stream.receive(bytes, from, to, last);
        }
    }

    @Override
    public void fail(Response defect) {
        cut(defect);
    }

    @Override
    public void sendContinue() {
        transport.write(Responses.CONTINUE, 0, Responses.CONTINUE.length);
    }

    @Override
    public boolean isKeptAlive(StreamedRequest request) {
        HttpHead head = request.head();
        return !closing.isStopping() && head.isKeepAlive() && !head.isHttp10();
    }

    @Override
    public void ended(StreamedRequest request, boolean whole) {
        stream = null;
        timeouts.active();
        if (!whole || !isKeptAlive(request)) {
            closing.last();
        }
        connection.takeNext();
    }

    @Override
    public void refused(StreamedRequest request, Response problem, boolean whole, long arrived) {
        stream = null;
        refuse(request, problem, whole, arrived);
        writer.flush();
        connection.takeNext();
    }

    private void open(StreamedRequest request) {
        try {
            stream = new StreamExchange(transport, shared, request, this, connection, memory);
            timeouts.active();
        } catch (Throwable e) {
            refuse(request, shared.handler().defect(e, null), false);
        }
    }

    private void refuse(StreamedRequest request, Response problem, boolean whole) {
        refuse(request, problem, whole, System.nanoTime());
    }

    private void refuse(StreamedRequest request, Response problem, boolean whole, long arrived) {
        write(
                IncomingRequest.refused(request.head(), request.route(), problem, whole, arrived),
                problem);
    }

    private void start(IncomingRequest request, Lane lane) {
        RequestJob next =
                new RequestJob(
                        request,
                        lane,
                        shared,
                        answer -> connection.execute(() -> answered(request, answer)));
        if (next.start()) {
            job = next;
            connection.pause();
        } else {
            String reason = "Too many requests wait for their turn already.";
            write(request, RequestHandler.waiting(reason));
        }
    }

    private void moved(IncomingRequest request, Lane lane) {
        if (moving != null) { // Otherwise the connection was closed on the way.
            answered(request, response(request, lane));
        }
    }

    private Response response(IncomingRequest request, Lane lane) {
        RequestHandler handler = shared.handler();
        return lane == Lane.LOOP ? handler.answer(request) : handler.answerInTurn(request);
    }

    private void cancel(RequestJob canceled) {
        if (canceled.cancel()) {
            answered(canceled.request(), RowFailures.ended(EndedException.Reason.CANCELLED));
        }
    }

    private void answered(IncomingRequest request, Response answer) {
        job = null;
        moving = null;
        Response written = write(request, answer);
        writer.recycle(request.call().body(), written);
        writer.flush();
        connection.takeNext();
    }

    /** Writes a response, or that there is no memory for it, and returns what it has written. */
    private Response write(IncomingRequest request, Response made) {
        Response answer = request.route().present(made);
        if (!writer.hold(answer)) {
            answer = request.route().present(Response.busy());
            writer.hold(answer);
        }
        shared.observer().answered(request.answered(answer, timeouts.active()));
        boolean keepAlive =
                !closing.isStopping() && request.whole() && request.head().isKeepAlive();
        if (!keepAlive) {
            closing.last();
        }
        if (!transport.isOpen()) {
            writer.close();
            return answer;
        }
        writer.write(answer, request.head(), keepAlive);
        if (!writer.isReady()) {
            writer.flush();
        }
        if (!writer.isReady()) {
            connection.pause();
        } else if (closing.isLast()) {
            connection.finish();
        }
        return answer;
    }
}
