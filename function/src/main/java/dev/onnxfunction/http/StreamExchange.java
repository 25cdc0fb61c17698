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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request whose response begins before it has ended. Received bytes go to a worker, whose answers
 * are written while more bytes arrive. If the client does not read, no further rows are answered;
 * if rows wait to be answered, no more bytes are read.
 *
 * <p>Only the event loop uses the fields, except those of a worker while it works.
 */
final class StreamExchange {

    /** Maximum bytes that wait for the worker before reading pauses. */
    private static final int ENOUGH = 32 * 1024;

    private static final byte[] NOTHING = {};
    private static final byte[] LINE_END = ascii("\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");

    /** The connection's side of a stream. */
    interface Connection {

        /** Whether the connection stays open afterwards, as far as known. */
        boolean isKeptAlive();

        /** Pauses or resumes reading. */
        void read(boolean more);

        /** The response is complete; {@code whole} is true if the request has ended, too. */
        void ended(boolean whole);

        /** Nothing of the response is written yet; send this response instead. */
        void refuse(Response problem);

        /** Runs a task on the connection's event loop; called on any thread. */
        void execute(Runnable task);
    }

    private final Transport transport;
    private final Shared shared;
    private final StreamedRequest request;
    private final Connection connection;
    private final Memory.Share memory;
    private final RowStream stream;
    private final TraceContext trace;
    private final long timeout;
    private final JsonWriter out = new JsonWriter(ENOUGH);

    /** Received bytes, and those that the worker has. */
    private byte[] coming = NOTHING;

    private byte[] handed = NOTHING;
    private int come;

    /** Whether the last byte has arrived, and whether the worker knows it. */
    private boolean complete;

    private boolean finished;

    /** Whether the worker has more to do with what it has. */
    private boolean more;

    private boolean working;
    private @Nullable Task task;

    /**
     * The reason if the stream ends before all rows are answered; rows that have arrived are still
     * answered.
     */
    private @Nullable Response cut;

    private boolean begun;
    private boolean ended;
    private boolean closed;
    private long receivedAt = System.nanoTime();
    private long requestBytes;
    private long responseBytes;

    /**
     * @param memory that is held for it
     */
    StreamExchange(
            Transport transport,
            Shared shared,
            StreamedRequest request,
            Connection connection,
            Memory.Share memory) {
        this.transport = transport;
        this.shared = shared;
        this.request = request;
        this.connection = connection;
        this.memory = memory;
        HttpHead head = request.head();
        this.trace = TraceContext.continuing(head.header(IncomingRequest.TRACEPARENT));
        Endpoint endpoint = request.route().endpoint();
        this.timeout = endpoint == null ? 0 : endpoint.timeout();
        this.stream =
                request.streaming()
                        .open(
                                trace,
                                request.route().rollout(),
                                ContentCodings.isGzip(head.header("content-encoding")),
                                memory::hold);
    }

    /** Adds a received piece of the body. */
    void receive(byte[] bytes, int from, int to, boolean last) {
        if (ended || cut != null) {
            return;
        }
        receivedAt = System.nanoTime();
        int length = to - from;
        requestBytes += length;
        if (length > coming.length - come) {
            coming = Arrays.copyOf(coming, come + length);
        }
        System.arraycopy(bytes, from, coming, come, length);
        come += length;
        complete = last;
        if (last || come >= ENOUGH) {
            connection.read(false);
        }
        proceed();
    }

    /** Ends the stream once the received rows are answered. */
    void cut(Response reason) {
        if (cut == null && !ended) {
            cut = reason;
            connection.read(false);
            proceed();
        }
    }

    /** Whether all rows have arrived, so that no more bytes are expected. */
    boolean isComplete() {
        return complete;
    }

    /** Whether rows are being answered; otherwise the stream waits for the client. */
    boolean isWorking() {
        return working;
    }

    /** Continues after the socket can take more, or another change. */
    void proceed() {
        if (working || ended) {
            return;
        }
        if (transport.waitingBytes() > Transport.HIGH_WATER) {
            memory.awaitReader(transport::closeLater);
            return;
        }
        memory.stopAwaiting();
        if (more || come > 0 || (complete && !finished)) {
            hand();
        } else if (cut != null || finished) {
            end();
        }
    }

    /** The client has gone. */
    void close() {
        closed = true;
        Task current = task;
        if (current != null) {
            current.end(EndedException.Reason.CANCELLED);
        }
        if (!working) {
            abandon();
        }
    }

    static Response stopping() {
        return Response.error(
                503,
                "Stopping",
                "The process is stopping. Send the rows that are left in another request.");
    }

    private void hand() {
        boolean goOn = more;
        int length = goOn ? 0 : come;
        if (!goOn) {
            byte[] empty = handed;
            handed = coming;
            coming = empty;
            come = 0;
            finished = complete;
        }
        Task next = Task.until(System.nanoTime() + timeout);
        task = next;
        working = true;
        if (!shared.lanes().execute(Lane.PREDICTIONS, () -> work(goOn, length, next))) {
            worked(false, stopping());
        }
    }

    /**
     * Answers rows on a worker.
     *
     * @param goOn whether with those from before; otherwise with those that were handed over
     */
    private void work(boolean goOn, int length, Task current) {
        boolean again = false;
        Response failure = null;
        try {
            if (!goOn) {
                stream.feed(handed, length);
            }
            if (finished) {
                stream.finish();
            }
            again = stream.work(out, current);
        } catch (RefusedException e) {
            failure = e.response();
        } catch (Throwable e) {
            shared.defects().log("A stream of rows met a defect.", e, trace);
            failure = shared.defects().answer();
        }
        boolean left = again;
        Response reason = failure;
        connection.execute(() -> worked(left, reason));
    }

    private void worked(boolean left, @Nullable Response failure) {
        working = false;
        task = null;
        more = left;
        if (closed) {
            abandon();
            return;
        }
        if (failure != null) {
            cut = failure;
            more = false;
            come = 0;
            finished = true;
        }
        write();
        if (cut == null && !complete && come < ENOUGH) {
            connection.read(true);
        }
        proceed();
    }

    private void write() {
        if (out.length() > 0) {
            begin();
            writeChunk();
            transport.flush();
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            byte[] head =
                    Responses.stream(stream.contentType(), isChunked(), connection.isKeptAlive());
            transport.write(head, 0, head.length);
        }
    }

    private boolean isChunked() {
        return !request.head().isHttp10();
    }

    /** Writes a copy of the current answers. */
    private void writeChunk() {
        int length = out.length();
        byte[] size = isChunked() ? ascii(Integer.toHexString(length) + "\r\n") : NOTHING;
        byte[] end = isChunked() ? LINE_END : NOTHING;
        byte[] chunk = Arrays.copyOf(size, size.length + length + end.length);
        System.arraycopy(out.bytes(), 0, chunk, size.length, length);
        System.arraycopy(end, 0, chunk, size.length + length, end.length);
        transport.write(chunk, 0, chunk.length);
        responseBytes += length;
        out.clear();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void end() {
        Response reason = cut;
        ended = true;
        stream.close();
        memory.release();
        if (reason != null && !begun) {
            connection.refuse(reason);
            return;
        }
        stream.writeEnd(out, reason == null ? null : reason.problem());
        begin();
        if (out.length() > 0) {
            writeChunk();
        }
        if (isChunked()) {
            transport.write(LAST_CHUNK, 0, LAST_CHUNK.length);
        }
        transport.flush();
        observe(200, reason == null ? Exchange.OK : reason.outcome());
        connection.ended(complete && reason == null);
    }

    private void abandon() {
        if (!ended) {
            ended = true;
            Response reason = RowFailures.ended(EndedException.Reason.CANCELLED);
            observe(reason.status(), reason.outcome());
            stream.close();
            memory.release();
        }
    }

    private void observe(int status, String outcome) {
        Endpoint endpoint = request.route().endpoint();
        shared.observer()
                .answered(
                        new Exchange(
                                request.head().method(),
                                request.route().path(),
                                endpoint == null ? Exchange.OTHER : endpoint.path(),
                                status,
                                outcome,
                                System.nanoTime() - receivedAt,
                                (int) Math.min(requestBytes, Integer.MAX_VALUE),
                                (int) Math.min(responseBytes, Integer.MAX_VALUE),
                                trace,
                                request.route().rollout(),
                                false));
    }
}
