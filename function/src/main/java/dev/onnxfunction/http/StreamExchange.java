package dev.onnxfunction.http;

import dev.onnxfunction.contract.ContentCodings;
import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.RefusedException;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFailures;
import dev.onnxfunction.contract.RowStream;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.EndedException;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;

import org.jspecify.annotations.Nullable;

/**
 * A request whose response begins before it has ended. Received bytes go to a worker, whose answers
 * are written while more bytes arrive. If the client does not read, no further rows are answered;
 * if rows wait to be answered, no more bytes are read.
 *
 * <p>Only the event loop uses the fields, except those of a worker while it works: {@code stream},
 * {@code out}, and what {@code rows} has handed over.
 */
final class StreamExchange {

    /** What follows from the end of a stream. */
    interface Handler {

        /** Whether the connection stays open afterwards, as far as known. */
        boolean isKeptAlive(StreamedRequest request);

        /** The response is complete; {@code whole} is true if the request has ended, too. */
        void ended(StreamedRequest request, boolean whole);

        /**
         * Nothing of the response is written; send this response instead.
         *
         * @param arrived when the last byte arrived, by {@link System#nanoTime}
         */
        void refused(StreamedRequest request, Response problem, boolean whole, long arrived);
    }

    private final Transport transport;
    private final Shared shared;
    private final StreamedRequest request;
    private final Handler handler;
    private final ConnectionControl connection;
    private final Memory.Share memory;
    private final TraceContext trace;
    private final RowStream stream;
    private final StreamResponse response;
    private final RowBuffer rows = new RowBuffer();
    private final JsonWriter out = new JsonWriter(RowBuffer.ENOUGH);

    /** Whether the worker has more to do with what it has. */
    private boolean more;

    /** Cancels the worker; null if it does not work. */
    private @Nullable Task task;

    /**
     * The reason if the stream ends before all rows are answered; rows that have arrived are still
     * answered.
     */
    private @Nullable Response cut;

    private boolean ended;
    private long receivedAt = System.nanoTime();
    private long requestBytes;

    /**
     * @param memory that is held for it
     */
    StreamExchange(
            Transport transport,
            Shared shared,
            StreamedRequest request,
            Handler handler,
            ConnectionControl connection,
            Memory.Share memory) {
        this.transport = transport;
        this.shared = shared;
        this.request = request;
        this.handler = handler;
        this.connection = connection;
        this.memory = memory;
        HttpHead head = request.head();
        this.trace = TraceContext.continuing(head.header(IncomingRequest.TRACEPARENT));
        this.stream =
                request.streaming()
                        .open(
                                trace,
                                request.route().rollout(),
                                ContentCodings.isGzip(head.header("content-encoding")),
                                memory::hold);
        this.response = new StreamResponse(transport, stream.contentType(), !head.isHttp10());
    }

    /** Adds a received piece of the body. */
    void receive(byte[] bytes, int from, int to, boolean last) {
        if (ended || cut != null) {
            return;
        }
        receivedAt = System.nanoTime();
        requestBytes += to - from;
        rows.add(bytes, from, to, last);
        if (rows.isFull()) {
            connection.pause();
        }
        proceed();
    }

    /** Ends the stream once the received rows are answered. */
    void cut(Response reason) {
        if (cut == null && !ended) {
            cut = reason;
            connection.pause();
            proceed();
        }
    }

    /** Whether all rows have arrived, so that no more bytes are expected. */
    boolean isComplete() {
        return rows.isComplete();
    }

    /** Whether rows are being answered; otherwise the stream waits for the client. */
    boolean isWorking() {
        return task != null;
    }

    /** Continues after the socket can take more, or another change. */
    void proceed() {
        if (isWorking() || ended) {
            return;
        }
        if (transport.waitingBytes() > Transport.HIGH_WATER) {
            memory.awaitReader(transport::closeLater);
            return;
        }
        memory.stopAwaiting();
        if (more || rows.isPending()) {
            hand();
        } else if (cut != null || rows.isEndHanded()) {
            end();
        }
    }

    /** The client has gone. */
    void close() {
        if (task != null) {
            task.end(EndedException.Reason.CANCELLED);
        } else {
            abandon();
        }
    }

    private void hand() {
        boolean hasRest = more;
        if (!hasRest) {
            rows.handOver();
        }
        Endpoint endpoint = request.route().endpoint();
        Task next = Task.until(System.nanoTime() + (endpoint == null ? 0 : endpoint.timeout()));
        task = next;
        if (!shared.lanes().execute(Lane.PREDICTIONS, () -> work(hasRest, next))) {
            worked(false, Refusals.streamStopping());
        }
    }

    /**
     * Answers rows on a worker.
     *
     * @param hasRest whether rows that were fed before are left; otherwise feeds those that were
     *     handed over
     */
    private void work(boolean hasRest, Task current) {
        boolean again = false;
        Response failure = null;
        try {
            if (!hasRest) {
                stream.feed(rows.handed(), rows.handedLength());
            }
            if (rows.isEndHanded()) {
                stream.finish();
            }
            again = stream.work(out, current);
        } catch (RefusedException e) {
            failure = e.response();
        } catch (Throwable e) {
            failure = shared.handler().defect(e, trace);
        }
        boolean left = again;
        Response reason = failure;
        connection.execute(() -> worked(left, reason));
    }

    private void worked(boolean left, @Nullable Response failure) {
        task = null;
        more = left;
        if (!transport.isOpen()) {
            abandon();
            return;
        }
        if (failure != null) {
            cut = failure;
            more = false;
            rows.drop();
        }
        if (out.length() > 0) {
            begin();
            response.write(out);
        }
        if (cut == null && !rows.isFull()) {
            connection.resume();
        }
        proceed();
    }

    private void begin() {
        if (!response.isBegun()) {
            response.begin(handler.isKeptAlive(request));
        }
    }

    private void end() {
        Response reason = cut;
        free();
        if (reason != null && !response.isBegun()) {
            handler.refused(request, reason, rows.isComplete(), receivedAt);
            return;
        }
        stream.writeEnd(out, reason == null ? null : reason.problem());
        begin();
        response.end(out);
        observe(200, reason == null ? Exchange.OK : reason.outcome());
        handler.ended(request, rows.isComplete() && reason == null);
    }

    private void abandon() {
        if (!ended) {
            free();
            Response reason = RowFailures.ended(EndedException.Reason.CANCELLED);
            observe(reason.status(), reason.outcome());
        }
    }

    private void free() {
        ended = true;
        try {
            stream.close();
        } finally {
            memory.release();
        }
    }

    private void observe(int status, String outcome) {
        long now = System.nanoTime();
        shared.observer()
                .answered(
                        request.answered(
                                status,
                                outcome,
                                now - receivedAt,
                                requestBytes,
                                response.bytes(),
                                trace));
    }
}
