package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Route;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.contract.RowStreaming;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Collects the body of each request of a connection, up to a limit, and passes on an {@link
 * IncomingRequest}.
 *
 * <p>If possible, a request is refused by its head, and its body is discarded. The error is sent
 * after the request has ended, because a proxy that is answered sooner may cut the connection. It
 * is sent at once if the body is too large, or if the client expects 100-continue.
 */
final class BodyCollector implements RequestDecoder.Receiver {

    /** The connection's side of a request that arrives. */
    interface Connection {

        /** A request is complete, or refused. */
        void answer(IncomingRequest request);

        /** A request has begun whose body is passed on piece by piece. */
        void begin(StreamedRequest request);

        /** A piece of the body of the latter. */
        void receive(byte[] bytes, int from, int to, boolean last);

        /** The body of the latter is not HTTP from here on. */
        void fail(Response defect);

        /** The client waits for 100 before it sends the body. */
        void sendContinue();
    }

    /**
     * Bodies up to this size, in bytes, that arrive at once are not counted, because they are not
     * stored.
     */
    static final int SMALL = 16 * 1024;

    private static final byte[] NOTHING = {};

    private final int maxBody;
    private final Router router;
    private final Memory.Share memory;
    private final Connection connection;

    /** The request whose body is arriving; null once it is passed on. */
    private @Nullable HttpHead head;

    private @Nullable Route route;

    /** The received part of the body. */
    private byte[] body = NOTHING;

    private int length;

    /** Bytes of the body according to the head; -1 if unknown. */
    private long announced;

    /** Received bytes of the body, kept or not. */
    private long come;

    /** Whether the body is passed on piece by piece. */
    private boolean streaming;

    /**
     * @param maxBody maximum bytes of a body
     * @param memory for the bodies and large responses of the connection
     */
    BodyCollector(int maxBody, Router router, Memory.Share memory, Connection connection) {
        this.maxBody = maxBody;
        this.router = router;
        this.memory = memory;
        this.connection = connection;
    }

    @Override
    public boolean begin(HttpHead begun, long bytes) {
        head = begun;
        announced = bytes;
        Route way = MessageRules.route(begun, router);
        route = way;
        Response refusal = way.refusal();
        boolean expectant = begun.expectsContinue();
        if (refusal != null && (way.malformed() || expectant)) {
            refuse(begun, way, refusal, false);
        } else if (refusal == null
                && way.endpoint() != null
                && way.endpoint().answer() instanceof RowStreaming rows) {
            forget();
            streaming = true;
            continueIf(expectant);
            connection.begin(new StreamedRequest(begun, way, rows));
        } else if (bytes > maxBody) {
            refuse(begun, way, refusal != null ? refusal : Response.bodyTooLarge(maxBody), false);
        } else {
            continueIf(expectant);
        }
        return !way.malformed();
    }

    @Override
    public void receive(byte[] bytes, int from, int to, boolean last) {
        HttpHead current = head;
        Route way = route;
        if (streaming) {
            streaming = !last;
            connection.receive(bytes, from, to, last);
        } else if (current != null && way != null) {
            collect(current, way, bytes, from, to, last);
        }
    }

    @Override
    public void fail(Response defect) {
        HttpHead current = head;
        Route way = route;
        if (streaming) {
            connection.fail(defect);
        } else if (current != null && way != null) {
            refuse(current, way, defect, false);
        }
    }

    /** Returns a problem in the form of the unfinished request's protocol. */
    Response present(Response problem) {
        Route way = route;
        return way == null ? problem : way.present(problem);
    }

    /** Forgets the unfinished request. */
    void forget() {
        head = null;
        route = null;
        come = 0;
        body = NOTHING;
        length = 0;
    }

    private void continueIf(boolean expectant) {
        if (expectant) {
            connection.sendContinue();
        }
    }

    private void collect(
            HttpHead current, Route way, byte[] bytes, int from, int to, boolean last) {
        Response refusal = way.refusal();
        come += to - from;
        if (come > maxBody) {
            refuse(current, way, refusal != null ? refusal : Response.bodyTooLarge(maxBody), last);
        } else if (refusal != null) {
            if (last) {
                refuse(current, way, refusal, true);
            }
        } else if (!add(bytes, from, to, last)) {
            refuse(current, way, Response.busy(), last);
        } else if (last) {
            IncomingRequest request = IncomingRequest.with(current, way, body, length);
            forget();
            connection.answer(request);
        }
    }

    /**
     * Adds a piece to the body.
     *
     * @return whether there is memory for it
     */
    private boolean add(byte[] bytes, int from, int to, boolean last) {
        int more = to - from;
        if (more > body.length - length) {
            boolean only = last && length == 0;
            int room = only ? more : room(length + more);
            if ((!only || more > SMALL) && !memory.hold(room)) {
                return false;
            }
            body = Arrays.copyOf(body, room);
        }
        System.arraycopy(bytes, from, body, length, more);
        length += more;
        return true;
    }

    /**
     * Returns the array size for this number of received bytes: the announced length, to avoid
     * copying, but at most four times what has arrived.
     */
    private int room(int received) {
        long expected = announced < 0 ? 2L * received : announced;
        return Math.clamp(Math.min(expected, 4L * received), received, maxBody);
    }

    private void refuse(HttpHead refused, Route way, Response refusal, boolean whole) {
        forget();
        memory.release();
        connection.answer(IncomingRequest.refused(refused, way, refusal, whole));
    }
}
