package dev.onnxfunction.http;

import dev.onnxfunction.contract.ContentCodings;
import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.RefusedException;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFailures;
import dev.onnxfunction.contract.RowStream;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * A request and its answer that are under way at the same time. What has come is handed to a
 * worker, whose answers are written while more comes. If the client does not read, no further rows
 * are answered; if rows wait to be answered, no more is read.
 *
 * <p>All fields belong to the event loop; those that a worker uses, to it while it works.
 */
final class StreamExchange {

    /** Bytes that wait for the worker; if there are as many, no more is read. */
    private static final int ENOUGH = 32 * 1024;

    private static final byte[] NOTHING = {};

    /** What the connection does about it. */
    interface Connection {

        /** Whether it goes on afterwards, as far as is known now. */
        boolean isKeptAlive();

        /** No more is to be read, or more. */
        void read(boolean more);

        /** The answer is written to its end; whether the request has come to its own. */
        void ended(boolean whole);

        /** Nothing of the answer is written: this is to be answered instead. */
        void refuse(Response problem);
    }

    private final ChannelHandlerContext context;
    private final Shared shared;
    private final StreamedRequest request;
    private final Connection connection;
    private final Memory.Share memory;
    private final RowStream stream;
    private final TraceContext trace;
    private final long timeout;
    private final JsonWriter out = new JsonWriter(ENOUGH);

    /** Bytes that have come, and those that the worker has. */
    private byte[] coming = NOTHING;

    private byte[] handed = NOTHING;
    private int come;

    /** Whether the last byte has come; and whether the worker knows. */
    private boolean complete;

    private boolean finished;

    /** Whether the worker has more to do with what it has. */
    private boolean more;

    private boolean working;
    private @Nullable Task task;

    /** Why it ends before all rows are answered; what has come is still answered. */
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
            ChannelHandlerContext context,
            Shared shared,
            StreamedRequest request,
            Connection connection,
            Memory.Share memory) {
        this.context = context;
        this.shared = shared;
        this.request = request;
        this.connection = connection;
        this.memory = memory;
        HttpHeaders headers = request.head().headers();
        this.trace = TraceContext.continuing(headers.get(IncomingRequest.TRACEPARENT));
        Endpoint endpoint = request.route().endpoint();
        this.timeout = endpoint == null ? 0 : endpoint.timeout();
        this.stream =
                request.streaming()
                        .open(
                                trace,
                                request.route().rollout(),
                                ContentCodings.isGzip(
                                        headers.get(HttpHeaderNames.CONTENT_ENCODING)),
                                memory::hold);
    }

    /** A piece of the body has come. */
    void receive(ByteBuf piece, boolean last) {
        if (ended || cut != null) {
            return;
        }
        receivedAt = System.nanoTime();
        int bytes = piece.readableBytes();
        requestBytes += bytes;
        if (bytes > coming.length - come) {
            coming = Arrays.copyOf(coming, come + bytes);
        }
        piece.readBytes(coming, come, bytes);
        come += bytes;
        complete = last;
        if (last || come >= ENOUGH) {
            connection.read(false);
        }
        proceed();
    }

    /** Ends it once what has come is answered. */
    void cut(Response reason) {
        if (cut == null && !ended) {
            cut = reason;
            connection.read(false);
            proceed();
        }
    }

    /** Whether all rows have come, and so no byte of the client is awaited. */
    boolean isComplete() {
        return complete;
    }

    /** Whether rows are being answered; otherwise the client is awaited. */
    boolean isWorking() {
        return working;
    }

    /** The socket takes more, or something else has changed. */
    void proceed() {
        if (working || ended) {
            return;
        }
        if (!context.channel().isWritable()) {
            memory.awaitReader(context::close);
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
            current.end(Task.End.CANCELLED);
        }
        if (!working) {
            abandon();
        }
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
            worked(false, RowFailures.ended(Task.End.STOPPED));
        }
    }

    /**
     * Answers rows, on a worker.
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
        context.executor().execute(() -> worked(left, reason));
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
        if (out.length() == 0) {
            return;
        }
        begin();
        // It is emptied first: while it is written, the socket may ask for more.
        context.writeAndFlush(new DefaultHttpContent(take()));
    }

    private void begin() {
        if (!begun) {
            begun = true;
            context.write(
                    Responses.stream(
                            stream.contentType(), request.head(), connection.isKeptAlive()));
        }
    }

    /** The answers that are there, as bytes of their own. */
    private ByteBuf take() {
        int length = out.length();
        ByteBuf bytes = context.alloc().buffer(length).writeBytes(out.bytes(), 0, length);
        responseBytes += length;
        out.clear();
        return bytes;
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
        context.writeAndFlush(new DefaultLastHttpContent(take()));
        observe(200, reason == null ? Exchange.OK : reason.outcome());
        connection.ended(complete && reason == null);
    }

    private void abandon() {
        if (!ended) {
            ended = true;
            Response reason = RowFailures.ended(Task.End.CANCELLED);
            observe(reason.status(), reason.outcome());
            stream.close();
            memory.release();
        }
    }

    private void observe(int status, String outcome) {
        HttpRequest head = request.head();
        Endpoint endpoint = request.route().endpoint();
        shared.observer()
                .answered(
                        new Exchange(
                                head.method().name(),
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
