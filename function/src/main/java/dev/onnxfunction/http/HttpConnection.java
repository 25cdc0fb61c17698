package dev.onnxfunction.http;

import dev.onnxfunction.contract.CompressedResponse;
import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFailures;
import dev.onnxfunction.contract.RowStream;
import dev.onnxfunction.model.EndedException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One connection: answers its requests in order, one at a time.
 *
 * <p>The event loop answers quick requests itself, because handing them over would cost more than
 * answering them. Others go to threads of their {@link Lane}. While a request is being answered, or
 * the client does not read, no further request is decoded.
 *
 * <p>Only the event loop uses the fields.
 */
final class HttpConnection implements Transport.Handler, BodyCollector.Connection {

    /** A request that another thread answers. */
    private record Job(IncomingRequest request, Lane lane, Runnable work) {}

    /** Maximum silence of the client after the last response, before the connection is closed. */
    private static final long LINGER = TimeUnit.SECONDS.toNanos(1);

    private final Shared shared;
    private final Consumer<HttpConnection> onClose;
    private final EventLoop loop;
    private final Transport transport;
    private final Memory.Share bodyMemory;
    private final Memory.Share memory;
    private final AnswerWriter writer;
    private final BodyCollector collector;
    private final RequestDecoder decoder;

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

    /** Whether the connection ends once everything is sent. */
    private boolean finishing;

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
    private EventLoop.@Nullable Timer watch;

    /**
     * Serves a connection from now on; called on its event loop.
     *
     * @param channel connected and non-blocking
     * @param stopping whether its first response is the last
     * @param onClose called once it is closed
     */
    HttpConnection(
            Shared shared,
            SocketChannel channel,
            EventLoop loop,
            boolean stopping,
            Consumer<HttpConnection> onClose)
            throws IOException {
        this.shared = shared;
        this.loop = loop;
        this.stopping = stopping;
        this.onClose = onClose;
        this.transport = new Transport(channel, loop, this);
        this.bodyMemory = shared.bodies().share();
        this.memory = shared.others().share();
        this.writer = new AnswerWriter(transport, bodyMemory);
        this.collector = new BodyCollector(shared.maxBody(), shared.router(), bodyMemory, this);
        this.decoder = new RequestDecoder(collector);
        this.activeAt = System.nanoTime();
        watch(shorterTimeout());
    }

    /** Runs a task on the connection's event loop; called on any thread. */
    void execute(Runnable task) {
        loop.execute(() -> guarded(task));
    }

    /** Called on any thread. */
    boolean isOpen() {
        return transport.isOpen();
    }

    /** Closes the connection soon; called on any thread. */
    void closeLater() {
        transport.closeLater();
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
    void closeIfIdle() {
        stopping = true;
        if (!busy && !last && !decoder.isAwaiting()) {
            last = true;
            if (writer.isReady()) {
                finish();
            }
        }
    }

    @Override
    public void received(byte[] bytes, int length) {
        if (lingering) {
            if (!stopping) { // A client that never stops sending must not delay the end.
                activeAt = System.nanoTime();
            }
            return;
        }
        decoder.receive(bytes, length);
        writer.flush();
        settle();
    }

    @Override
    public void sent() {
        if (lingering) {
            return;
        }
        writer.proceed();
        if (finishing) {
            lingerIfSent();
            return;
        }
        if (stream != null) {
            stream.proceed();
        }
        goOn();
    }

    @Override
    public void inputClosed() {
        inputClosed = true;
        if (job != null && job.lane() == Lane.EXPLANATIONS) {
            cancel(job);
        }
        cutTruncated();
        if (lingering) {
            transport.close();
        } else {
            settle();
        }
    }

    @Override
    public void closed() {
        last = true;
        onClose.accept(this);
        forgetWatch();
        decoder.discard();
        collector.forget();
        memory.release();
        if (job != null) {
            cancel(job);
        }
        if (stream != null) {
            stream.close();
        } else if (!busy) {
            writer.close();
        }
    }

    @Override
    public void failed(Throwable failure) {
        transport.close();
        if (!(failure instanceof IOException)) {
            shared.defects().log("A connection failed and is closed.", failure, null);
        }
    }

    @Override
    public void answer(IncomingRequest request) {
        partialSince = 0;
        if (last) {
            return;
        }
        Lane lane = request.lane();
        if (lane == Lane.LOOP) {
            write(request, answerTo(request));
        } else if (!bodyMemory.hold(request.call().body().length + decoder.headMemory())) {
            write(request, Response.busy());
        } else {
            Job next = new Job(request, lane, () -> work(request));
            if (shared.lanes().execute(lane, next.work())) {
                busy = true;
                job = next;
                decoder.pause();
            } else {
                write(request, waiting("Too many requests wait for their turn already."));
            }
        }
    }

    @Override
    public void begin(StreamedRequest request) {
        partialSince = 0;
        if (last) {
            return;
        }
        if (!bodyMemory.hold(RowStream.USUAL_MEMORY)) {
            refuse(request, Response.busy(), false);
            return;
        }
        busy = true;
        activeAt = System.nanoTime();
        stream = new StreamExchange(transport, shared, request, new Streaming(request), bodyMemory);
    }

    @Override
    public void receive(byte[] bytes, int from, int to, boolean isLast) {
        activeAt = System.nanoTime();
        partialSince = 0;
        if (stream != null) {
            stream.receive(bytes, from, to, isLast);
        }
    }

    @Override
    public void fail(Response defect) {
        if (stream != null) {
            stream.cut(defect);
        }
    }

    @Override
    public void sendContinue() {
        transport.write(Responses.CONTINUE, 0, Responses.CONTINUE.length);
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void refuse(StreamedRequest request, Response problem, boolean whole) {
        write(IncomingRequest.refused(request.head(), request.route(), problem, whole), problem);
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

        private final StreamedRequest request;

        Streaming(StreamedRequest request) {
            this.request = request;
        }

        @Override
        public boolean isKeptAlive() {
            return !stopping && request.head().isKeepAlive() && !request.head().isHttp10();
        }

        @Override
        public void read(boolean more) {
            if (more) {
                resume();
                cutTruncated();
            } else {
                decoder.pause();
            }
        }

        @Override
        public void ended(boolean whole) {
            over();
            last = !whole || !isKeptAlive();
            goOn();
        }

        @Override
        public void refuse(Response problem) {
            boolean whole = stream != null && stream.isComplete();
            over();
            HttpConnection.this.refuse(request, problem, whole);
            writer.flush();
            goOn();
        }

        @Override
        public void execute(Runnable task) {
            HttpConnection.this.execute(task);
        }

        private void over() {
            stream = null;
            busy = false;
            activeAt = System.nanoTime();
        }
    }

    /** Cancels the work of another thread, because nobody waits for its response. */
    private void cancel(Job canceled) {
        canceled.request().call().task().end(EndedException.Reason.CANCELLED);
        if (shared.lanes().withdraw(canceled.lane(), canceled.work())) {
            writeLater(canceled.request(), RowFailures.ended(EndedException.Reason.CANCELLED));
        }
    }

    private void work(IncomingRequest request) {
        boolean late = request.call().task().isLate(System.nanoTime());
        Response answer;
        try {
            answer = late ? waiting("Its turn did not come in time.") : answerOnWorker(request);
        } catch (Throwable e) {
            answer = defect(request, e);
        }
        Response made = answer;
        execute(() -> writeLater(request, made));
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
            return defect(request, e);
        }
    }

    private Response defect(IncomingRequest request, Throwable failure) {
        shared.defects().log("A request met a defect.", failure, request.call().trace());
        return shared.defects().answer();
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
                    request.head().fields().all("accept-encoding"));
        } finally {
            inflated.release();
        }
    }

    private void writeLater(IncomingRequest request, Response answer) {
        busy = false;
        job = null;
        write(request, answer);
        writer.flush();
        goOn();
    }

    private void write(IncomingRequest request, Response made) {
        Response answer = request.route().present(made);
        if (!writer.hold(answer)) {
            answer = request.route().present(Response.busy());
            writer.hold(answer);
        }
        activeAt = System.nanoTime();
        shared.observer().answered(request.answered(answer, activeAt));
        boolean keepAlive = !stopping && request.whole() && request.head().isKeepAlive();
        last = !keepAlive;
        if (!transport.isOpen()) {
            writer.close();
            return;
        }
        writer.write(answer, request.head(), keepAlive);
        if (!writer.isReady()) {
            writer.flush();
        }
        if (!writer.isReady()) {
            decoder.pause();
        } else if (last) {
            finish();
        }
    }

    /** Takes the next request if possible; called after something was answered or sent. */
    private void goOn() {
        if (busy || !transport.isOpen() || !writer.isReady() || lingering) {
            return;
        }
        if (last) {
            finish();
        } else {
            resume();
            writer.flush();
        }
        settle();
    }

    private void resume() {
        decoder.resume();
        transport.read(!decoder.isFull());
    }

    /** Decides what to wait for, because nothing more can be done before another event. */
    private void settle() {
        if (!transport.isOpen()) {
            return;
        }
        if (!decoder.isAwaiting() || stream != null) {
            partialSince = 0;
        } else if (partialSince == 0) {
            partialSince = System.nanoTime();
        }
        if (inputClosed && !busy && !last && writer.isReady()) {
            finish();
        }
        transport.read(!decoder.isFull());
        long held = decoder.heldBytes();
        if (!writer.isUnderWay()) {
            held += transport.memory();
        }
        if (!memory.hold((int) held)) {
            relieve();
        }
    }

    /** Handles the lack of memory for what the connection holds. */
    private void relieve() {
        if (stream != null) {
            stream.cut(Response.busy());
            decoder.discard();
        } else if (busy || writer.isUnderWay()) {
            stopping = true;
            last = !busy;
            decoder.discard();
        } else if (decoder.isAwaiting() && transport.waitingBytes() == 0) {
            giveUp(Response.busy());
        } else {
            transport.close();
        }
    }

    private void giveUp(Response problem) {
        Response answer = collector.present(problem);
        shared.observer()
                .answered(IncomingRequest.incomplete(answer, System.nanoTime() - partialSince));
        byte[] head = Responses.head(answer, null, false);
        transport.write(head, 0, head.length);
        transport.write(answer.body(), 0, answer.length());
        finish();
    }

    /** Ends the connection once everything is sent. */
    private void finish() {
        last = true;
        finishing = true;
        decoder.discard();
        collector.forget();
        if (!writer.isUnderWay()) {
            writer.close(); // Releases the memory of an unfinished body.
        }
        writer.flush();
        lingerIfSent();
    }

    /**
     * Shuts down the output and waits for the client's end. If the connection were closed while the
     * client is still sending, the client might lose the response.
     */
    private void lingerIfSent() {
        if (lingering || !transport.isOpen() || transport.waitingBytes() > 0) {
            return;
        }
        if (inputClosed) {
            transport.close();
            return;
        }
        lingering = true;
        activeAt = System.nanoTime();
        partialSince = activeAt;
        transport.read(true);
        transport.shutdownOutput();
        memory.release();
        watch(LINGER);
    }

    private void watch(long nanos) {
        forgetWatch();
        watch = loop.schedule(nanos, () -> guarded(this::checkTime));
    }

    /** Otherwise the timer would keep a closed connection in memory until its next check. */
    private void forgetWatch() {
        if (watch != null) {
            loop.cancel(watch);
            watch = null;
        }
    }

    private void checkTime() {
        watch = null;
        if (!transport.isOpen()) {
            return;
        }
        long now = System.nanoTime();
        noteProgress(now);
        long left = timeLeft(now);
        if (left > 0) {
            watch(Math.min(left, shorterTimeout()));
        } else if (stream != null && unsent == 0) {
            stream.cut(silent());
            watch(LINGER);
        } else if (partialSince != 0 && !last && unsent == 0) {
            giveUp(tooSlow());
        } else {
            transport.close();
        }
    }

    private void noteProgress(long now) {
        long left = transport.waitingBytes();
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
